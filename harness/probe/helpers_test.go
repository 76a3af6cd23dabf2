//go:debug tlsmlkem=0

package probe

import (
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/pki"
)

const (
	ample = 30 * time.Second       // bounds what should be answered at once, on a machine with other things to do
	brief = 150 * time.Millisecond // bounds what is never answered
	slack = 20 * time.Second       // what a busy machine may add to a bound; what ignores its bound is not over then either
)

// nobody listens here, nor comes to: the system gives no port below 1024 to who
// asks for any, as it may one that was closed a moment ago.
const nobody = "127.0.0.1:1"

var certSets = sync.OnceValues(pki.NewCertSet)

func sharedCerts(t *testing.T) *pki.CertSet {
	t.Helper()
	w, err := certSets()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// written is the certificate set in files, for curl; TestMain removes them.
var written = sync.OnceValues(func() (pki.Files, error) {
	w, err := certSets()
	if err != nil {
		return pki.Files{}, err
	}
	return w.Write(scratch)
})

var scratch string // a folder

// proxied counts the connections to a proxy that the environment names from
// the start, because net/http reads the environment once.
var proxied atomic.Int64

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	proxy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	defer proxy.Close()
	if scratch, err = os.MkdirTemp("", "probe-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	defer os.RemoveAll(scratch)
	go accept(proxy, func(net.Conn) { proxied.Add(1) })
	for _, name := range []string{"http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		if err := os.Setenv(name, "http://"+proxy.Addr().String()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 2
		}
	}
	return m.Run()
}

func accept(l net.Listener, speak func(net.Conn)) {
	var speaking sync.WaitGroup
	defer speaking.Wait()
	for {
		c, err := l.Accept()
		if err != nil {
			return // closed at the end of the test
		}
		speaking.Go(func() {
			defer c.Close()
			_ = c.SetDeadline(time.Now().Add(2 * ample)) // without it a defect hangs, and is found all the same
			speak(c)
		})
	}
}

// serve returns the address of a server that has each connection spoken to and
// closes it then.
func serve(t *testing.T, speak func(net.Conn)) string {
	t.Helper()
	l := listen(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		accept(l, speak)
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return l.Addr().String()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// observe makes an attempt, which must not outlast its bound by much.
func observe(t *testing.T, target Target) connection.Observation {
	t.Helper()
	type seen struct {
		o   connection.Observation
		err error
	}
	saw := make(chan seen, 1)
	go func() {
		o, err := All[target.Attempt.Client].Observe(t.Context(), target)
		saw <- seen{o, err}
	}()
	select {
	case s := <-saw:
		if s.err != nil {
			t.Errorf("nothing was observed: %v", s.err)
		}
		return s.o
	case <-time.After(target.Bound + slack):
		t.Errorf("it goes on after %s, and its bound is %s", target.Bound+slack, target.Bound)
		return connection.Observation{}
	}
}

// wants compares an outcome, and shows every fact where it is another.
func wants(t *testing.T, o connection.Observation, want harness.Outcome) {
	t.Helper()
	if got := o.Outcome(); got != want {
		t.Errorf("it was %s, want %s: %+v", got, want, o)
	}
}
