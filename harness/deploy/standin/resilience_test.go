package standin_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/handshake"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/harness/probe"
)

// resilienceSigns are the faults about clients that mean harm.
func resilienceSigns() []sign {
	return []sign{
		{fault: standin.EndsOverUnreadableCertificate, topology: mode2, honest: "up", faulty: "ended",
			see: overUnreadable(100 * time.Millisecond), seeFaulty: overUnreadable(bound)},
		{fault: standin.ServesFewAtOnce, topology: mode1, see: crowded, seeFaulty: crowded, honest: "served", faulty: "closed"},
		{fault: standin.AnswersMalformedHellos, topology: mode1, see: says("sends an empty ClientHello"), seeFaulty: says("sends an empty ClientHello"), honest: "alert 50", faulty: "ServerHello"},
		{fault: standin.RefusesSplitHellos, topology: mode1, see: says("splits its ClientHello over two records"), seeFaulty: says("splits its ClientHello over two records"), honest: "ServerHello", faulty: "alert 40"},
		{fault: standin.EndsOverATornHeader, topology: mode1, honest: "up", faulty: "ended",
			see: torn(100 * time.Millisecond), seeFaulty: torn(bound)},
		{fault: standin.ResumesAfterExpiry, topology: mode2, see: resumes, seeFaulty: resumes, honest: "alert 45", faulty: "resumed"},
	}
}

// says has a client say at gRPC's port what a probe says, and gives what came of it.
func says(name string) func(*testing.T, deploy.Deployment) string {
	return func(t *testing.T, d deploy.Deployment) string {
		t.Helper()
		what, err := handshake.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		seen, err := probe.Say(t.Context(), probe.Target{Addr: d.Addr(harness.GRPC), Attempt: harness.Attempt{Port: harness.GRPC, Name: harness.RightName}, Bound: bound}, what)
		switch {
		case err != nil:
			t.Fatal(err)
		case seen.Hello:
			return "ServerHello"
		case seen.Alert != nil:
			return fmt.Sprintf("alert %d", seen.Alert.Code)
		}
		return string(seen.End)
	}
}

// resumes has a client come again with a session ticket once its certificate has ended.
func resumes(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	certs := pkitest.CertSet(t)
	end := time.Now().Add(2 * time.Second).Truncate(time.Second)
	cert, err := certs.EndingAt(end, false)
	if err != nil {
		t.Fatal(err)
	}
	target := probe.Target{
		Addr: d.Addr(harness.GRPC), Attempt: harness.Attempt{Client: harness.Raw, Port: harness.GRPC}.In(mode2),
		Cert: cert, Trusted: certs.Trusted(), Bound: bound, Ticket: &probe.Ticket{},
	}
	connect := func() connection.Observation {
		seen, err := probe.All[harness.Raw].Observe(t.Context(), target)
		if err != nil {
			t.Fatal(err)
		}
		return seen
	}
	if seen := connect(); seen.Answer == "" || !target.Ticket.Given() {
		t.Fatalf("before its certificate ended the client was %s", seen.Outcome())
	}
	<-time.After(time.Until(end) + 50*time.Millisecond)
	switch seen := connect(); {
	case seen.Resumed && seen.Answer != "":
		return "resumed"
	case seen.Alert != nil:
		return fmt.Sprintf("alert %d", seen.Alert.Code)
	default:
		return string(seen.Outcome())
	}
}

// torn leaves within the header of a record, and reports whether the server is still there
// when its end has had its time to be told.
func torn(patience time.Duration) func(*testing.T, deploy.Deployment) string {
	return func(t *testing.T, d deploy.Deployment) string {
		t.Helper()
		says("leaves within the header of its first record")(t, d)
		select {
		case <-d.Exited():
			return "ended"
		case <-time.After(patience):
			return "up"
		}
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

// overUnreadable shows a certificate that does not parse, and reports whether the
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
