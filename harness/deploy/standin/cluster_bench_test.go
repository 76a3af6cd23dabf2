package standin_test

import (
	"net"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// BenchmarkClusterStart takes a stand-in of a cluster from nothing to a second proxy that accepts
// connections, and ends it.
func BenchmarkClusterStart(b *testing.B) {
	certs := pkitest.CertSet(b)
	files, err := certs.WriteServer(b.TempDir(), harness.ConfigChange{})
	if err != nil {
		b.Fatal(err)
	}
	p := standin.New(certs)
	spec := deploy.Spec{
		Topology: harness.Topology{Cluster: true, Internal: harness.InternalOn, Mode: 2}, Files: files,
		Server: harness.Server{Features: releases["2.6"]},
	}
	for b.Loop() {
		d, err := p.Deploy(b.Context(), spec)
		if err != nil {
			b.Fatal(err)
		}
		conn, err := net.Dial("tcp", d.Addr(harness.GRPC2))
		if err != nil {
			b.Fatal(err)
		}
		_ = conn.Close()
		if err := d.Stop(); err != nil {
			b.Fatal(err)
		}
	}
}
