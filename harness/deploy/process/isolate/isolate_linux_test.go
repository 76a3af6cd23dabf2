package isolate_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// kept are the variables of the user's that reach a program.
var kept = []string{"PATH", "HOME", "USER", "TMPDIR", "LANG", "LC_ALL", "TZ", "TERM", "COLUMNS", "NO_COLOR", "CI", "GOCOVERDIR", "GITHUB_STEP_SUMMARY"}

// hostile are some that must not.
var hostile = []string{
	"MILVUS_X=1", "MILVUSCONF=/x", "ETCD_X=1", "MINIO_X=1", "COMMON_SECURITY_TLSMODE=0", "TLS_X=1", "PROXY_PORT=1", "SSL_CERT_FILE=/x",
	"CURL_CA_BUNDLE=/x", "GRPC_X=1", "HTTPS_PROXY=http://127.0.0.1:1", "LD_LIBRARY_PATH=/x", "GODEBUG=x509sha1=1", "PYTHONPATH=/x",
}

func (p *program) report(t *testing.T) report {
	t.Helper()
	var r report
	if text := p.rest(t); json.Unmarshal([]byte(text), &r) != nil {
		t.Fatalf("no report but %q", text)
	}
	return r
}

func TestWhatTheProgramSees(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		p := startWith(t, w, append(hostile, "USER=x"), "report")
		r := p.report(t)
		for _, kv := range r.Env {
			if name, _, _ := strings.Cut(kv, "="); !slices.Contains(kept, name) {
				t.Errorf("%s reaches the program", name)
			}
		}
		for _, kv := range []string{"USER=x", "PATH=" + os.Getenv("PATH")} {
			if !slices.Contains(r.Env, kv) {
				t.Errorf("%s does not reach the program, which sees %q", kv, r.Env)
			}
		}
		user := os.Getuid()
		if w.user != nil {
			user = int(w.user.Uid)
		}
		if r.UID != user {
			t.Errorf("the program runs as user %d, want %d", r.UID, user)
		}
		if r.Loopback != "" {
			t.Errorf("a conversation on the loopback: %s", r.Loopback)
		}
		if !w.isolated {
			if r.Kind != isolate.None || r.PID != p.Process.Pid || r.Folders["/run"].Device != device("/run") {
				t.Errorf("not isolated, the program sees %+v; it is process %d", r, p.Process.Pid)
			}
			return
		}
		if r.Kind != isolate.AsUser && (r.Kind != isolate.AsRoot || user != 0) {
			t.Errorf("the program of user %d is isolated as %q", user, r.Kind)
		}
		if r.PID != 1 {
			t.Errorf("the program is process %d of its namespace", r.PID)
		}
		if !slices.Equal(r.Up, []string{"lo"}) {
			t.Errorf("network interfaces %q are up, want the loopback alone", r.Up)
		}
		for path, own := range r.Folders {
			if own.Device == device(path) || len(own.Files) > 0 {
				t.Errorf("%s is not the program's own: it holds %q", path, own.Files)
			}
		}
	})
}

func TestWhereNamespacesAreForbidden(t *testing.T) {
	needNamespaces(t, plain) // to take them away
	p := startWith(t, plain, hostile, "forbid")
	text := p.rest(t)
	if p.status(t) == 96 {
		t.Skipf("they cannot be taken away here: %s", text)
	}
	var r report
	if json.Unmarshal([]byte(text), &r) != nil || r.Kind != isolate.None || r.PID != p.Process.Pid {
		t.Fatalf("the program said %q", text)
	}
	for _, kv := range hostile {
		if slices.Contains(r.Env, kv) {
			t.Errorf("%s reaches the program", kv)
		}
	}
}

func TestStatus(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		if got := began(t, w, "status").status(t); got != 37 {
			t.Errorf("status %d, want 37", got)
		}
	})
}

func TestSignalsReachTheProgram(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		p := began(t, w, "signals")
		if line := p.line(t); line != "ready" {
			t.Fatalf("the program said %q", line)
		}
		for _, s := range []unix.Signal{unix.SIGTERM, unix.SIGINT, unix.SIGHUP} {
			if err := p.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
			if got := p.line(t); got != s.String() {
				t.Errorf("sent %s, the program got %q", s, got)
			}
		}
		if got := p.status(t); got != 37 {
			t.Errorf("status %d, want 37", got)
		}
	})
}

// Only the process that the user started is killed. The program, its server
// and the server's child hold the output open until they have ended too.
func TestNothingSurvivesAKill(t *testing.T) {
	everyWay(t, func(t *testing.T, w way) {
		p := began(t, w, "hold")
		if line := p.line(t); line != "up" {
			t.Fatalf("the program said %q", line)
		}
		if err := p.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if got := p.rest(t); got != "" {
			t.Errorf("the program said %q", got)
		}
	})
}

// The end of one run takes nothing from another.
func TestTwoRunsSideBySide(t *testing.T) {
	in(t, isolated(), func(t *testing.T, w way) {
		one, other := began(t, w, "write"), began(t, w, "write")
		for _, p := range []*program{one, other} {
			if said := p.line(t); said != "written" {
				t.Fatalf("a folder of the program's own: %s", said)
			}
		}
		for _, p := range []*program{one, other} {
			if err := p.Process.Signal(unix.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if said := p.rest(t); said != "written" {
				t.Errorf("the same folder later: %s", said)
			}
		}
	})
}

// It is true as well where no namespaces can be had.
func TestProbeAgreesWithMain(t *testing.T) {
	for _, w := range isolated() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			found := began(t, way{user: w.user}, "probe").rest(t)
			kind := began(t, w, "report").report(t).Kind
			if want := fmt.Sprintf("%s, %t", kind, kind != isolate.None); found != want {
				t.Errorf("Probe says %q, Main %q", found, want)
			}
		})
	}
}
