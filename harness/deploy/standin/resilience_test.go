package standin_test

import (
	"crypto/tls"
	"net"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// resilienceSigns are the faults about clients that mean harm.
func resilienceSigns() []sign {
	return []sign{
		{fault: standin.EndsOverUnreadableCertificate, topology: mode2, honest: "up", lying: "ended",
			see: overUnreadable(100 * time.Millisecond), seeFaulty: overUnreadable(bound)},
		{fault: standin.ServesFewAtOnce, topology: mode1, see: crowded, seeFaulty: crowded, honest: "served", lying: "closed"},
	}
}

// crowded looks at gRPC's port when many have come to it and say nothing.
func crowded(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	for range 60 {
		conn, err := net.Dial("tcp", d.Addr(harness.GRPC))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
	}
	return client{at: harness.GRPC}.check(t, d).what
}

// overUnreadable shows a certificate that does not parse, and tells whether the
// server is still there when its end has had its time to be told.
func overUnreadable(patience time.Duration) func(*testing.T, deploy.Deployment) string {
	return func(t *testing.T, d deploy.Deployment) string {
		t.Helper()
		cert, err := pkitest.CertSet(t).Hostile("random-bytes")
		if err != nil {
			t.Fatal(err)
		}
		mine, config := cert.TLS(), client{}.config(t)
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &mine, nil }
		conn, err := tls.DialWithDialer(&net.Dialer{Timeout: bound}, "tcp", d.Addr(harness.GRPC), config)
		if err == nil {
			_ = conn.SetDeadline(time.Now().Add(bound))
			_, _ = conn.Read(make([]byte, 1)) // the refusal, or the end
			_ = conn.Close()
		}
		select {
		case <-d.Exited():
			return "ended"
		case <-time.After(patience):
			return "up"
		}
	}
}
