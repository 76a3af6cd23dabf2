package milvus

import (
	"net"
	"path/filepath"

	"milvus-tls-e2e/harness"
)

func (s Setup) storage() []setting {
	all := []setting{
		{"etcd.ssl.enabled", s.Topology.EtcdTLS},
		{"etcd.endpoints", s.Storage.Etcd},
		{"etcd.rootPath", s.Storage.Root},
		{"etcd.use.embed", false},
		{"etcd.data.dir", s.kept("etcd")},
		{"etcd.log.path", s.kept("etcd.log")},
		{"localStorage.path", s.kept("local")},
		{"rocksmq.path", s.kept("rocksmq")},
		{"common.chanNamePrefix.cluster", s.Storage.Root},
		{"common.storageType", "local"},
	}
	all = append(all, s.queue()...)
	if s.Storage.Etcd == "" {
		all = append(all, setting{"etcd.use.embed", true}, setting{"etcd.endpoints", "localhost:2379"})
	}
	if s.Topology.EtcdTLS {
		for _, f := range []harness.File{harness.EtcdCert, harness.EtcdKey, harness.EtcdCA} {
			all = append(all, setting{SettingFor(f), s.path(f)})
		}
		all = append(all, setting{SettingFor(harness.EtcdServer), "1.3"})
	}
	if s.Storage.Object == "" {
		return all
	}
	if s.Topology.StoreTLS {
		// Before 2.3.12 this is an environment variable of the process.
		all = append(all, setting{SettingFor(harness.StoreCA), s.path(harness.StoreCA)})
	}
	host, at, _ := net.SplitHostPort(s.Storage.Object)
	return append(all,
		setting{"common.storageType", "minio"},
		setting{"minio.address", host},
		setting{"minio.port", port(number(at))},
		setting{"minio.accessKeyID", s.Storage.Access},
		setting{"minio.secretAccessKey", s.Storage.Secret},
		setting{"minio.bucketName", s.Storage.Bucket},
		setting{"minio.rootPath", s.Storage.Root},
		setting{"minio.useSSL", s.Topology.StoreTLS},
	)
}

// kept returns the path of something that the server keeps on disk, or "" where it
// has no folder for that.
func (s Setup) kept(name string) string {
	if s.Data == "" {
		return ""
	}
	return filepath.Join(s.Data, name)
}
