// Package milvus knows what a Milvus server is configured with, which ports it
// opens and what it logs. What differs between releases lives only here.
package milvus

import (
	"cmp"
	"fmt"
	"net"
	"path/filepath"
	"strconv"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// Roles are the listeners of a standalone server, each with the key of its
// port. Keys that a release does not know are ignored by it.
var Roles = []struct{ Role, Key string }{
	{"grpc", "proxy.port"},
	{"rest", "proxy.http.port"},
	{"management", ""}, // METRICS_PORT, which only the environment can set
	{"internal-proxy", "proxy.internalPort"},
	{"internal-rootcoord", "rootCoord.port"},
	{"internal-querycoord", "queryCoord.port"},
	{"internal-querynode", "queryNode.port"},
	{"internal-indexcoord", "indexCoord.port"},
	{"internal-indexnode", "indexNode.port"},
	{"internal-datacoord", "dataCoord.port"},
	{"internal-datanode", "dataNode.port"},
	{"internal-streamingnode", "streamingNode.port"},
}

// Setup is all that a server's configuration is made from.
type Setup struct {
	Topology harness.Topology
	Change   harness.Change
	Files    pki.ServerFiles
	Ports    []int // one for each of Roles, in their order
	Storage  Storage
	Data     string // folder for what the server keeps on disk
	Work     string // the server's working directory, which relative paths start from
	Given    *Given // what the server is configured with instead of what the topology says; nil for the topology
}

// Storage is where the server keeps its metadata and its objects.
type Storage struct {
	Etcd   string // host:port
	Root   string // the deployment's own root path in etcd, and prefix in the bucket
	Object string // host:port of the object store; empty for local storage
	Bucket string
	Access string
	Secret string
}

// sameListener are the roles that have no key of their own: 2.6's one
// coordinator listens where the root coordinator did (read in its source, seen
// on 2.6.3).
var sameListener = map[string]string{"internal-mixcoord": "internal-rootcoord"}

// SameListener gives the role of Roles whose listener a role has: its own for
// most.
func SameListener(role string) string { return cmp.Or(sameListener[role], role) }

// Port gives the port of a role.
func (s Setup) Port(role string) int {
	role = SameListener(role)
	for i, r := range Roles {
		if r.Role == role && i < len(s.Ports) {
			return s.Ports[i]
		}
	}
	return 0
}

// KeyOfPort gives the key of milvus.yaml that has the port of a role, or "".
func KeyOfPort(role string) string {
	role = SameListener(role)
	for _, r := range Roles {
		if r.Role == role {
			return r.Key
		}
	}
	return ""
}

// Config gives the text of milvus.yaml: the base (a stock file's text, or
// empty) with everything set that the setup says. All that a server is told
// goes into this one file; a release that merges a user.yaml is told nothing
// there.
func Config(base []byte, s Setup) ([]byte, error) {
	if _, _, err := s.block(); err != nil {
		return nil, err
	}
	tree, err := Parse("stock milvus.yaml", base)
	if err != nil {
		return nil, err
	}
	if s.Given != nil {
		over, err := Parse("given configuration", s.Given.Config)
		if err != nil {
			return nil, err
		}
		Merge(tree, over)
		s.adapt(tree)
	}
	for _, kv := range s.settings() {
		set(tree, kv.key, kv.value)
	}
	out, err := yaml.Marshal(tree)
	if err != nil {
		return nil, fmt.Errorf("write milvus.yaml: %w", err)
	}
	return out, nil
}

type setting struct {
	key   string
	value any // nil takes the key out
}

func (s Setup) settings() []setting {
	all := append(s.storage(), s.listeners()...)
	if s.Given == nil {
		all = append(all, s.rest()...)
		all = append(all, s.security()...)
		all = append(all, s.internal()...)
	}
	all = append(all,
		// Everything a server says goes to one place that the harness reads,
		// and gRPC's own logger says whom it refused.
		setting{"log.level", "info"},
		setting{"log.stdout", true},
		setting{"log.file.rootPath", ""},
		setting{"grpc.log.level", "INFO"},
	)
	if s.Change.Key != "" {
		all = append(all, setting{s.Change.Key, scalar(s.Change.Value)})
	}
	return all
}

func (s Setup) storage() []setting {
	all := []setting{
		{"etcd.ssl.enabled", s.Topology.EtcdTLS},
		{"etcd.endpoints", s.Storage.Etcd},
		{"etcd.rootPath", s.Storage.Root},
		{"etcd.use.embed", false},
		{"etcd.data.dir", filepath.Join(s.Data, "etcd")},
		{"etcd.log.path", filepath.Join(s.Data, "etcd.log")},
		{"localStorage.path", filepath.Join(s.Data, "local")},
		{"rocksmq.path", filepath.Join(s.Data, "rocksmq")},
		{"mq.type", "rocksmq"},
		{"common.chanNamePrefix.cluster", s.Storage.Root},
		{"common.storageType", "local"},
	}
	if s.Storage.Etcd == "" {
		all = append(all, setting{"etcd.use.embed", true}, setting{"etcd.endpoints", "localhost:2379"})
	}
	if s.Topology.EtcdTLS {
		for _, f := range []harness.File{harness.EtcdCert, harness.EtcdKey, harness.EtcdCA} {
			all = append(all, setting{f.SettingFor(), s.path(f)})
		}
		all = append(all, setting{harness.EtcdServer.SettingFor(), "1.3"})
	}
	if s.Storage.Object == "" {
		return all
	}
	if s.Topology.StoreTLS {
		// Before 2.3.12 the process's environment says it instead.
		all = append(all, setting{harness.StoreCA.SettingFor(), s.path(harness.StoreCA)})
	}
	host, port, _ := net.SplitHostPort(s.Storage.Object)
	return append(all,
		setting{"common.storageType", "minio"},
		setting{"minio.address", host},
		setting{"minio.port", number(port)},
		setting{"minio.accessKeyID", s.Storage.Access},
		setting{"minio.secretAccessKey", s.Storage.Secret},
		setting{"minio.bucketName", s.Storage.Bucket},
		setting{"minio.rootPath", s.Storage.Root},
		setting{"minio.useSSL", s.Topology.StoreTLS},
	)
}

func (s Setup) listeners() []setting {
	var all []setting
	for i, r := range Roles {
		if r.Role == "rest" {
			continue
		}
		if r.Key != "" && i < len(s.Ports) {
			all = append(all, setting{r.Key, s.Ports[i]})
		}
	}
	for _, role := range []string{"rootCoord", "queryCoord", "queryNode", "indexCoord", "indexNode", "dataCoord", "dataNode", "proxy", "mixCoord", "streamingNode"} {
		all = append(all, setting{role + ".ip", "127.0.0.1"})
	}
	// Up to 2.2 the coordinator of indexes has an address beside its port.
	index := net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port("internal-indexcoord")))
	return append(all, setting{"indexCoord.address", index})
}

func (s Setup) rest() []setting {
	port := any(s.Port("rest"))
	switch s.Topology.REST {
	case harness.UnsetPort:
		port = nil
	case harness.EqualPort:
		port = s.Port("grpc")
	case harness.OwnPort, harness.NoREST, harness.NotGiven:
	}
	all := []setting{{"proxy.http.enabled", s.Topology.REST != harness.NoREST}}
	if port != 0 {
		all = append(all, setting{"proxy.http.port", port})
	}
	return all
}

func (s Setup) security() []setting {
	if b, has, _ := s.block(); has {
		return b.settings(s)
	}
	all := []setting{
		{"common.security.tlsMode", s.Topology.Mode},
		{"common.security.authorizationEnabled", s.Topology.Users},
	}
	for _, f := range []harness.File{harness.ServerCert, harness.ServerKey, harness.CACert} {
		all = append(all, setting{f.SettingFor(), s.path(f)})
	}
	return all
}

// internal switches TLS between components on. Off is what every release does
// whose milvus.yaml does not say.
func (s Setup) internal() []setting {
	if s.Topology.Internal == harness.InternalOff {
		return nil
	}
	all := []setting{
		{"common.security.internaltlsEnabled", true},
		{"internaltls.sni", harness.InternalName},
	}
	for _, f := range []harness.File{harness.InternalCert, harness.InternalKey, harness.InternalCA} {
		all = append(all, setting{f.SettingFor(), s.path(f)})
	}
	return all
}

// path gives what the configuration calls a file.
func (s Setup) path(f harness.File) string {
	whole := s.Files.Path(f)
	if s.Change.Defect == harness.Relative {
		return s.relative(whole)
	}
	if s.Change.File == f && s.Change.Defect == harness.Missing {
		return filepath.Join(filepath.Dir(whole), "missing", string(f))
	}
	return whole
}

// relative gives a path as it is written from the working directory.
func (s Setup) relative(path string) string {
	if rel, err := filepath.Rel(s.Work, path); err == nil {
		return rel
	}
	return path
}
