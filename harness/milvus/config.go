// Package milvus knows what a Milvus server is configured with, which ports it
// opens and what it logs. What differs between releases lives only here.
package milvus

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// Setup is all that a server's configuration is made from.
type Setup struct {
	Topology harness.Topology
	Change   harness.ConfigChange
	Files    pki.ServerFiles
	Ports    []int // one for each of Roles, in their order
	Storage  Storage
	Data     string        // folder for what the server keeps on disk
	Work     string        // the server's working directory, which relative paths start from
	Given    *CustomConfig // replaces the topology's configuration; nil for the topology's
	Followed bool          // another server takes this one's place
	Refusals bool          // gRPC's own logger logs which clients it refused; see refusals
}

// Storage is where the server keeps its metadata and its objects.
type Storage struct {
	Etcd   string // host:port
	Root   string // the deployment's own root path in etcd, and prefix in the bucket
	Object string // host:port of the object store; empty for local storage
	Bucket string
	Access string
	Secret string
	Kafka  string // host:port of the Kafka between components; empty where there is none
	Queue  Queue  // the message queue
}

// A Queue is the message queue of a server, as mq.type calls it.
type Queue string

// The queues. The zero value is the one within a server that is one process.
const (
	Kafka      Queue = "kafka"
	Woodpecker Queue = "woodpecker"
)

// Config returns the text of milvus.yaml: the base (a stock file's text, or empty) with all
// settings of the setup. Nothing is put into user.yaml, which only some releases merge.
func Config(base []byte, s Setup) ([]byte, error) {
	if _, _, err := s.block(); err != nil {
		return nil, err
	}
	tree, err := Parse("stock milvus.yaml", base)
	if err != nil {
		return nil, err
	}
	if _, err := s.besides(); err != nil {
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
	s.configure(tree, s.settings())
	out, err := yaml.Marshal(tree)
	if err != nil {
		return nil, fmt.Errorf("write milvus.yaml: %w", err)
	}
	return out, nil
}

// configure writes settings into a configuration, and over them the one that the
// setup changes: what that is set to, an empty name among them, is what is asked
// about.
func (s Setup) configure(tree map[string]any, all []setting) {
	for _, kv := range all {
		if kv.set() {
			set(tree, kv.key, kv.value)
		}
	}
	if s.Change.Key != "" {
		set(tree, s.Change.Key, scalar(s.Change.Value))
	}
	if over, err := s.besides(); err == nil { // Config returns the error
		Merge(tree, over)
	}
}

// besides returns the additional settings of the setup's ConfigChange.
func (s Setup) besides() (map[string]any, error) {
	return Parse("changed settings", []byte(s.Change.Config))
}

// A setting is one key of milvus.yaml.
type setting struct {
	key   string
	value any // nil takes the key out
}

// set reports whether a setting has a value. A key with an empty value is not the same as a
// missing key: a 2.6.20 panics over an empty etcd.rootPath before it prints its banner, and port
// 0 means any port.
func (kv setting) set() bool { return kv.value != "" && kv.value != noPort }

func (kv setting) String() string { return fmt.Sprintf("%s: %v", kv.key, kv.value) }

// A port is a port number in milvus.yaml. Zero is not written.
type port int

const noPort = port(0)

func (s Setup) settings() []setting {
	all := append(s.storage(), s.listeners()...)
	if s.Given == nil {
		all = append(all, s.rest()...)
		all = append(all, s.security()...)
		all = append(all, s.internal()...)
	}
	if !s.Followed {
		all = append(all, lasting)
	}
	all = append(all, logging...)
	if s.Refusals {
		all = append(all, refusals)
	}
	return all
}

// lasting has a server's sessions in etcd outlive a machine that stalls: with 15
// to 30 s, which releases have by themselves, a server that does not get to renew
// them ends (seen on 2.2.16, 2.3.5 and 2.6.20). One that takes the place of a
// server that was killed waits until that one's have expired (seen on 2.2.16 and
// 2.6.20: 57 s instead of 34), so a server that is followed keeps its release's.
var lasting = setting{"common.session.ttl", 60}

// Adjusted returns the settings that the harness adds to every server of a run so that it can be
// tested. upgrade is for servers that are replaced by others.
func Adjusted(upgrade bool, servers []harness.Server) []string {
	var all []string
	for _, kv := range append([]setting{lasting}, logging...) {
		if kv.value != nil && (!upgrade || kv != lasting) {
			all = append(all, kv.String())
		}
	}
	var told []string
	for _, s := range servers {
		if LogsRefusals(s) {
			told = append(told, s.Version)
		}
	}
	switch len(told) {
	case 0:
	case len(servers):
		all = append(all, refusals.String())
	default:
		all = append(all, fmt.Sprintf("%s (%s alone)", refusals, strings.Join(told, ", ")))
	}
	return all
}

// logging sends the whole log to standard output without delay. From 2.6.7 on the log is written
// in the background by default, every 10 s or 4 kB, and lines below error level may be dropped:
// seen on a 2.6.20, whose failed starts often logged no reason. With no folder for log files,
// the log goes to standard output alone.
var logging = []setting{
	{"log.level", "info"},
	{"log.stdout", true},
	{"log.file.rootPath", nil},
	{"log.asyncWrite.enable", false},
}

// refusals makes gRPC's own logger log refused clients, on releases where this was seen to work.
// Others are left alone: with it, a 2.5.24 panics in grpc-go over an address without attributes,
// spends 20 s on the stack trace, loses its etcd session meanwhile and exits with status 0 (seen
// in each of 29 starts).
var refusals = setting{"grpc.log.level", "INFO"}

// LogsRefusals reports whether a server is configured to log the clients that gRPC refused.
func LogsRefusals(s harness.Server) bool { return slices.Contains(s.Features, harness.LogsGRPC) }
