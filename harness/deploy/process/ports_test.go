package process

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

func TestPorts(t *testing.T) {
	t.Parallel()
	own := &ports{kind: isolate.AsUser}
	first, err := own.take(3)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := own.take(2); err != nil || slices.Contains(first, second[0]) || second[0] == second[1] {
		t.Errorf("ports %d, then %d, %v", first, second, err)
	}
	if slices.Min(first) <= 1024 || slices.Max(first) > lastPort {
		t.Errorf("ports %d are not between the well-known and the clients' ones", first)
	}
	shared, err := (&ports{kind: isolate.None}).take(1)
	if err != nil {
		t.Fatal(err)
	}
	if shared[0] <= 1024 || shared[0] > lastPort {
		t.Errorf("port %d is one that the system may give to somebody else before it is used", shared[0])
	}
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: shared[0]})
	if err != nil {
		t.Errorf("the port is not free: %v", err)
	} else {
		_ = l.Close()
	}
}

// taken is a server that finds a port taken the first few times, and keeps
// account of its ports in a file.
func taken(t *testing.T, times, then string) (script, account string) {
	t.Helper()
	account = filepath.Join(t.TempDir(), "account")
	return `echo "$METRICS_PORT" >>'` + account + `'
if [ $(wc -l <'` + account + `') -le ` + times + ` ]; then
	echo "panic: listen tcp 127.0.0.1:$METRICS_PORT: bind: address already in use"
	exit 2
fi
` + then, account
}

func tries(t *testing.T, account string) []string {
	t.Helper()
	text, err := os.ReadFile(account)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(text))
}

// triedTimes tells when servers with an account have been started that often.
func triedTimes(t *testing.T, account string, n int) <-chan struct{} {
	t.Helper()
	tried := make(chan struct{})
	go func() {
		again := time.NewTicker(time.Millisecond)
		defer again.Stop()
		for {
			if text, _ := os.ReadFile(account); len(strings.Fields(string(text))) >= n {
				close(tried)
				return
			}
			select {
			case <-again.C:
			case <-t.Context().Done():
				return
			}
		}
	}()
	return tried
}

// untilItEnds returns a provider that waits for a server's end, however long a busy
// machine takes to start and to end it.
func untilItEnds(t *testing.T) *Provider {
	t.Helper()
	p := newProvider(t, isolate.None)
	p.ports.lives = make(chan struct{})
	return p
}

func TestTakenPorts(t *testing.T) {
	t.Parallel()
	t.Run("twice", func(t *testing.T) {
		t.Parallel()
		script, account := taken(t, "2", "exec '"+self(t)+"' milvus")
		p := newProvider(t, isolate.None)
		p.ports.lives = triedTimes(t, account, 3)
		d, err := p.Deploy(within(t), spec(t, script))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { stop(t, d) })
		if got := tries(t, account); len(got) != 3 {
			t.Errorf("tried %q, want three sets of ports", got)
		}
		if log, _, err := d.Log(0); err != nil || strings.Contains(string(log), "already in use") {
			t.Errorf("the log is of another try: %q, %v", log, err)
		}
	})
	t.Run("always", func(t *testing.T) {
		t.Parallel()
		script, account := taken(t, "100", "")
		_, err := untilItEnds(t).Deploy(within(t), spec(t, script))
		wantError(t, err, "deploy 9.8.7 Mode-1/x: another program took its ports 3 times")
		got := tries(t, account)
		if slices.Sort(got); len(got) != 3 || len(slices.Compact(got)) != 3 {
			t.Errorf("tried ports %q, want three", got)
		}
	})
	t.Run("in namespaces they are the run's own", func(t *testing.T) {
		t.Parallel()
		script, account := taken(t, "100", "")
		d, err := newProvider(t, isolate.AsRoot).Deploy(within(t), spec(t, script))
		if err != nil {
			t.Fatal(err)
		}
		if status, got := awaitExit(t, d), tries(t, account); status != 2 || len(got) != 1 {
			t.Errorf("status %d after ports %q", status, got)
		}
	})
	t.Run("another end is the deployment's", func(t *testing.T) {
		t.Parallel()
		script, account := taken(t, "0", "echo 'panic: open /x/server.pem: no such file'; exit 2")
		d, err := newProvider(t, isolate.None).Deploy(within(t), spec(t, script))
		if err != nil {
			t.Fatal(err)
		}
		if status, got := awaitExit(t, d), tries(t, account); status != 2 || len(got) != 1 {
			t.Errorf("status %d after ports %q", status, got)
		}
	})
}

func TestTakenGRPCPort(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	go func() {
		for {
			conn, err := other.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	// Like Milvus, it listens for management before it does for gRPC.
	m := deployed(t, isolate.None, "'"+self(t)+"' listen 127.0.0.1:$METRICS_PORT & sleep 0.3; echo 'listen tcp: bind: address already in use'; exit 2")
	m.provider.ports.lives = make(chan struct{}) // however long it takes to end
	m.place.ports["grpc"] = other.Addr().(*net.TCPAddr).Port
	if taken, err := m.portTaken(within(t)); !taken || err != nil {
		t.Errorf("the port counts as the server's: %t, %v", taken, err)
	}
}

// A server that ends late over a port that another program took shows nothing, and
// neither does one that takes another's place.
func TestServerWithoutItsPortIsLost(t *testing.T) {
	for kind, lost := range map[isolate.Kind]bool{isolate.None: true, isolate.AsRoot: false} {
		m := deployed(t, kind, "echo 'listen tcp: bind: address already in use'; exit 2")
		awaitExit(t, m)
		if err := m.lost(); (err != nil) != lost {
			t.Errorf("%v: its end is not its own: %v", kind, err)
		}
	}
	m := deployed(t, isolate.None, "echo 'panic: open /x/server.pem: no such file'; exit 2")
	if awaitExit(t, m); m.lost() != nil {
		t.Errorf("its end is its own: %v", m.lost())
	}
}

func TestPortsOfAServerDiffer(t *testing.T) {
	taken, err := (&ports{kind: isolate.None}).take(600)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Sort(taken); len(slices.Compact(slices.Clone(taken))) != len(taken) {
		t.Error("two listeners of one server share a port")
	}
}
