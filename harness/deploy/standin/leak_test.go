package standin_test

import (
	"crypto/tls"
	"net"
	"runtime"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// Not parallel: it counts the goroutines of the whole process, while tests that
// are parallel wait.
func TestNoGoroutineIsLeft(t *testing.T) {
	pkitest.CertSet(t)
	before := runtime.NumGoroutine()
	var idle []net.Conn
	for _, c := range []struct {
		topology harness.Topology
		faults   []standin.Fault
	}{
		{mode0, nil}, {mode1, nil}, {mode2, nil}, {rest(mode0, harness.UnsetPort), nil}, {rest(mode1, harness.UnsetPort), nil},
		{mode0, []standin.Fault{standin.NeverAnswers}}, {mode0, []standin.Fault{standin.HangsTLSClientsInMode0}},
		{mode1, []standin.Fault{standin.PlaintextBesideTLS}}, {mode1, []standin.Fault{standin.RESTSharesGRPCPort}},
	} {
		d := began(t, c.topology, harness.ConfigChange{}, c.faults...)
		for _, port := range []harness.Port{harness.GRPC, harness.HTTP, harness.Management} {
			idle = append(idle, linger(t, d, port)...)
		}
		if err := d.Stop(); err != nil {
			t.Error(err)
		}
	}
	deadline := time.NewTimer(bound)
	defer deadline.Stop()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for runtime.NumGoroutine() > before {
		select {
		case <-poll.C:
		case <-deadline.C:
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, before %d:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
	for _, c := range idle {
		_ = c.Close()
	}
}

// linger opens connections that stay open: silent, half a handshake, after an
// answer, and after a handshake.
func linger(t *testing.T, d deploy.Deployment, port harness.Port) []net.Conn {
	t.Helper()
	var all []net.Conn
	for _, say := range []string{"", "\x16", "\x16\x03\x01\x02\x00\x01", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"} {
		c, err := net.Dial("tcp", d.Addr(port))
		if err != nil {
			continue // a start that failed
		}
		_, _ = c.Write([]byte(say)) // it may be refused at once
		all = append(all, c)
	}
	if c, err := net.Dial("tcp", d.Addr(port)); err == nil {
		_ = c.SetDeadline(time.Now().Add(50 * time.Millisecond))
		_ = tls.Client(c, client{at: port}.config(t)).Handshake()
		all = append(all, c)
	}
	return all
}
