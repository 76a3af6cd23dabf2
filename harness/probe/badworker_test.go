package probe

import (
	"context"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
)

// scriptedSDK is the client that scripts speak for.
var scriptedSDK = harness.ClientVersion{Client: harness.Node, Release: "2.4"}

// scripted is a worker that a shell script speaks for.
func scripted(t *testing.T, script string) *Workers {
	t.Helper()
	return scriptedAs(t, scriptedSDK, script)
}

func scriptedAs(t *testing.T, sdk harness.ClientVersion, script string) *Workers {
	t.Helper()
	workers := NewWorkers(t.TempDir(), map[harness.ClientVersion]Launch{sdk: {Args: []string{"sh", "-c", script}, Dir: t.TempDir()}})
	t.Cleanup(workers.Close)
	return workers
}

const isReady = `echo '{"ready":"1"}'; `

func ask(t *testing.T, workers *Workers, bound time.Duration) error {
	t.Helper()
	target := aim(t, "127.0.0.1:1", plain, harness.Attempt{Client: scriptedSDK.Client, Release: scriptedSDK.Release, Port: harness.GRPC})
	target.Bound = bound
	_, err := workers.Probes()[scriptedSDK.Client].Observe(t.Context(), target)
	return err
}

// A client that fails its probe is an error of one clear line, and the next
// attempt starts it anew.
func TestBadWorkers(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, script, says string }{
		{"says nothing at all", "exit 0", "process ended"},
		{"says why it ends", "echo 'no such module' >&2; exit 3", "no such module"},
		{"garbage instead of ready", "echo hello; cat", "not a reply: hello"},
		{"is not ready", "echo '{}'; echo '{\"id\":0}'; cat", "not say that it is ready"},
		{"garbage instead of an answer", isReady + "read x; printf '\\377\\376 nonsense\\n'; cat", "not a reply"},
		{"dies over a request", isReady + "read x; kill -9 $$", "killed"},
		{"never ending line", isReady + "read x; while :; do printf 0123456789abcdef; done", "token too long"},
		{"served by nobody", isReady + `n=0; while read x; do n=$((n+1)); echo "{\"id\":$n,\"served\":true}"; done`, "made no connection"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			workers := scripted(t, tt.script)
			for range 2 { // it is started anew
				err := ask(t, workers, ample)
				if err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "\n") {
					t.Errorf("%v, want one line with %q", err, tt.says)
				}
			}
		})
	}
}

func TestWorkerThatHangs(t *testing.T) {
	t.Parallel()
	workers := scripted(t, isReady+"echo $$ > pid; exec sleep 100")
	begin := time.Now()
	err := ask(t, workers, brief)
	if err == nil || !strings.Contains(err.Error(), "hangs") {
		t.Errorf("%v, want one line with hangs", err)
	}
	if took := time.Since(begin); took > hangs(brief)+slack {
		t.Errorf("it took %s", took)
	}
	if len(workers.running) != 0 {
		t.Error("the next attempt would be made by the client that hangs")
	}
}

func TestKilledWorkerIsStartedAnew(t *testing.T) {
	t.Parallel()
	workers := scripted(t, isReady+`n=0; while read x; do n=$((n+1)); echo "{\"id\":$n,\"message\":\"no\",\"step\":\"connect\"}"; done`)
	ctx, sdk := t.Context(), scriptedSDK
	first, err := workers.get(ctx, sdk)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("kill", "-9", strconv.Itoa(first.cmd.Process.Pid)).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	<-first.gone
	if err := ask(t, workers, ample); err == nil {
		t.Error("a client that is dead was asked, and answered")
	}
	if err := ask(t, workers, ample); err != nil {
		t.Errorf("it was not started anew: %v", err)
	}
}

func TestWorkersEndWithTheRun(t *testing.T) {
	t.Parallel()
	workers := scripted(t, isReady+"exec sleep 100")
	w, err := workers.get(t.Context(), scriptedSDK)
	if err != nil {
		t.Fatal(err)
	}
	workers.Close()
	select {
	case <-w.gone:
	default:
		t.Error("it outlives the run")
	}
	if err := ask(t, workers, ample); err == nil || !strings.Contains(err.Error(), "over") {
		t.Errorf("after the run: %v", err)
	}
}

func TestInterruptionEndsAnAttempt(t *testing.T) {
	t.Parallel()
	workers := scripted(t, isReady+"exec sleep 100")
	ctx, cancel := context.WithTimeout(t.Context(), brief)
	defer cancel()
	target := aim(t, "127.0.0.1:1", plain, harness.Attempt{Client: scriptedSDK.Client, Release: scriptedSDK.Release, Port: harness.GRPC})
	begin := time.Now()
	if o, err := workers.Probes()[scriptedSDK.Client].Observe(ctx, target); err == nil || time.Since(begin) > slack {
		t.Errorf("after %s: %+v", time.Since(begin), o)
	}
}

// Workers see nothing of the user's environment that changes TLS.
func TestWorkersAreNobodys(t *testing.T) {
	for _, name := range []string{"SSL_CERT_FILE", "SSL_CERT_DIR", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "NODE_EXTRA_CA_CERTS", "JAVA_TOOL_OPTIONS", "https_proxy"} {
		t.Setenv(name, "/trap")
	}
	workers := scripted(t, isReady+`read x; env | grep -c trap >&2; env | grep trap >&2; exit 1`)
	if err := ask(t, workers, ample); err == nil || !strings.HasSuffix(err.Error(), ": 0") {
		t.Errorf("it sees traps: %v", err)
	}
}
