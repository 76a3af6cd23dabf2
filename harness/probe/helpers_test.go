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
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki"
)

const (
	ample = 10 * time.Second       // bounds what should be answered at once
	brief = 150 * time.Millisecond // bounds what is never answered
	slack = 3 * time.Second        // what a busy machine may add to a bound
)

var wallets = sync.OnceValues(pki.NewWallet)

func wallet(t *testing.T) *pki.Wallet {
	t.Helper()
	w, err := wallets()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// proxied counts the connections to a proxy that the environment names from
// the start, because net/http reads the environment once.
var proxied atomic.Int64

func TestMain(m *testing.M) { os.Exit(behindProxy(m)) }

func behindProxy(m *testing.M) int {
	proxy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	defer proxy.Close()
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
			_ = c.SetDeadline(time.Now().Add(ample)) // without it a defect hangs, and is found all the same
			speak(c)
		})
	}
}

// serve gives the address of a server that has each connection spoken to and
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

var (
	plain   = harness.Topology{Name: "mode-0"}
	oneWay  = harness.Topology{Name: "mode-1", Mode: 1}
	mutual  = harness.Topology{Name: "mode-2", Mode: 2}
	unknown = harness.Topology{Name: "mode-7", Mode: 7} // does not start, and keeps its ports
)

func users(t harness.Topology) harness.Topology {
	t.Users = true
	return t
}

// start deploys a stand-in until the end of the test.
func start(t *testing.T, topology harness.Topology, lies ...standin.Lie) deploy.Deployment {
	t.Helper()
	files, err := wallet(t).WriteServer(t.TempDir(), harness.Change{})
	if err != nil {
		t.Fatal(err)
	}
	p := standin.New(wallet(t), lies...)
	d, err := p.Deploy(t.Context(), deploy.Spec{Name: t.Name(), Topology: topology, Files: files})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// aim fits an attempt to its topology and gives it all that it needs.
func aim(t *testing.T, addr string, topology harness.Topology, a harness.Attempt) Target {
	t.Helper()
	a = a.Fit(topology).(harness.Attempt)
	cert, err := wallet(t).Identity(a.As)
	if err != nil {
		t.Fatal(err)
	}
	target := Target{
		Attempt: a, Addr: addr, Cert: cert, Trusted: wallet(t).CA().Pool(), Bound: ample, Scratch: "scratch",
		Release: harness.Features{harness.RESTv1: true},
	}
	if a.Trusting == harness.TrustOther {
		target.Trusted = wallet(t).OtherCA().Pool()
	}
	switch a.Login {
	case harness.LoginRoot:
		target.Users = Credentials{User: "root", Password: "Milvus"}
	case harness.LoginWrong:
		target.Users = Credentials{User: "root", Password: "not-Milvus"}
	case harness.LoginNone:
	}
	if a.Via == harness.Curl {
		files, err := wallet(t).Write(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		target.Files.CA = files.Trust(a.Trusting)
		target.Files.Cert, target.Files.Key = files.Client(a.As)
	}
	return target
}

// observe makes an attempt, which must not outlast its bound by much.
func observe(t *testing.T, target Target) harness.Observation {
	t.Helper()
	begin := time.Now()
	o, err := All[target.Attempt.Via].Observe(t.Context(), target)
	if took := time.Since(begin); took > target.Bound+slack {
		t.Errorf("it took %s, and its bound is %s", took, target.Bound)
	}
	if err != nil {
		t.Errorf("nothing was observed: %v", err)
	}
	return o
}

// wants compares an outcome, and shows every fact where it is another.
func wants(t *testing.T, o harness.Observation, want harness.Outcome) {
	t.Helper()
	if got := o.Outcome(); got != want {
		t.Errorf("it was %s, want %s: %+v", got, want, o)
	}
}
