package milvus

import (
	"slices"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

func TestNamedFiles(t *testing.T) {
	external := []harness.File{harness.CACert, harness.ServerKey, harness.ServerCert}
	internal := []harness.File{harness.InternalCA, harness.InternalKey, harness.InternalCert}
	etcd := []harness.File{harness.EtcdCA, harness.EtcdKey, harness.EtcdCert}
	for name, tt := range map[string]struct {
		setup Setup
		want  []harness.File
	}{
		"external TLS":        {Setup{Topology: harness.Topology{Mode: 1}}, external},
		"internal TLS":        {Setup{Topology: harness.Topology{Internal: harness.InternalOn}}, slices.Concat(external, internal)},
		"one that is missing": {Setup{Topology: harness.Topology{Internal: harness.InternalOn}, Change: harness.InternalNoCert.Change()}, slices.Concat(external, internal[:2])},
		"relative paths":      {Setup{Change: harness.ConfigChange{Defect: harness.Relative}}, external},
		"a page's block":      {Setup{Change: harness.ConfigChange{Block: "2.2"}}, external},
		"etcd and the object store": {Setup{Topology: harness.Topology{EtcdTLS: true, StoreTLS: true}, Storage: Storage{Object: "minio:9000"}},
			slices.Concat(external, etcd, []harness.File{harness.StoreCA})},
		"no object store":    {Setup{Topology: harness.Topology{StoreTLS: true}}, external},
		"a key of its own":   {Setup{Change: harness.ConfigChange{Key: "kafka.ssl.tlsCaCert", Value: "/milvus/tls/kafka-ca.pem"}}, append(slices.Clone(external), "kafka-ca.pem")},
		"a key written over": {Setup{Change: harness.ConfigChange{Key: "tls.caPemPath", Value: "/elsewhere/ca.pem"}}, external[1:]},
		"a given configuration": {Setup{Topology: harness.Topology{Mode: 1, EtcdTLS: true}, Given: &CustomConfig{Config: []byte("tls: {caPemPath: /milvus/tls/ca.pem}\n")}},
			etcd},
	} {
		tt.setup.Files, tt.setup.Work = pki.ServerFiles{Dir: "/milvus/tls"}, "/milvus"
		want := slices.Sorted(slices.Values(tt.want))
		if got := tt.setup.NamedFiles(); !slices.Equal(got, want) {
			t.Errorf("%s: named are %v, want %v", name, got, want)
		}
	}
}
