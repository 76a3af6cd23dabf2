package process

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
)

// A server that ends on SIGTERM is not killed, and one that does not is, when
// the bound is over.
func TestHalt(t *testing.T) {
	const soon = 300 * time.Millisecond
	for name, kind := range kinds {
		for _, c := range []struct {
			script string
			bound  time.Duration
			killed bool
			status int
		}{
			{"trap 'exit 5' TERM; echo up; sleep 60 & wait", bound, false, 5},
			{"trap '' TERM; echo up; while :; do sleep 60; done", soon, true, 137},
		} {
			t.Run(name+" "+c.script, func(t *testing.T) {
				t.Parallel()
				m := deployed(t, kind, c.script)
				awaitLog(t, m, "up\n")
				h, err := m.Shutdown(within(t), c.bound)
				if err != nil || h.Killed != c.killed || h.Status != c.status || h.Bound != c.bound.Seconds() {
					t.Errorf("%v, with status %d where %d was wanted, %v", h, h.Status, c.status, err)
				}
				if h, err := m.Shutdown(within(t), c.bound); err != nil || h.Killed {
					t.Errorf("a server that had ended was halted as %+v, %v", h, err)
				}
			})
		}
	}
}

// An interrupted operator leaves no server behind.
func TestHaltInterrupted(t *testing.T) {
	m := deployed(t, kinds["supervised"], "trap '' TERM; echo up; while :; do sleep 60; done")
	awaitLog(t, m, "up\n")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Shutdown(ctx, bound); !errors.Is(err, context.Canceled) {
		t.Errorf("halting was interrupted, and said %v", err)
	}
	awaitExit(t, m)
}

// The one that follows has the folder, the ports and the root path of the one
// before, and its own log, configuration and stock files.
func TestSucceed(t *testing.T) {
	p := newProvider(t, kinds["supervised"])
	first, err := p.deploy(t.Context(), spec(t, "echo kept >data; echo first; sleep 60 & wait"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, first) })
	awaitLog(t, first, "first\n")
	if _, err := first.StartSuccessor(within(t), spec(t, "exit")); err == nil {
		t.Error("a server was put in the place of one that runs")
	}
	if _, err := first.Shutdown(within(t), bound); err != nil {
		t.Fatal(err)
	}
	old, stock := t.TempDir(), t.TempDir()
	write(t, old, map[string]string{"milvus.yaml": "from: old\n", "old.conf": ""})
	write(t, stock, map[string]string{"milvus.yaml": "from: new\n", "glog.conf": ""})
	next := spec(t, "cat data")
	next.Server.Where[WhereConfigs] = stock
	next.Settings = &harness.Server{Where: map[string]string{WhereConfigs: old}}
	d, err := first.StartSuccessor(within(t), next)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, d) })
	second := d.(*milvusServer)
	awaitLog(t, second, "kept\n")
	awaitExit(t, second)
	wantLog(t, first, 0, "first\n")
	if first.Where() != second.Where() || !slices.Equal(first.setup.Ports, second.setup.Ports) || first.setup.Storage.Root != second.setup.Storage.Root {
		t.Errorf("%+v follows %+v", second.setup, first.setup)
	}
	conf := filepath.Join(second.Where(), "conf-2")
	text, err := os.ReadFile(filepath.Join(conf, "milvus.yaml"))
	if err != nil || !strings.Contains(string(text), "from: old") {
		t.Errorf("its milvus.yaml is %q, %v", text, err)
	}
	if got := files(t, conf); !slices.Equal(got, []string{"glog.conf", "milvus.yaml"}) {
		t.Errorf("its configuration is %q", got)
	}
	next.Server.Storage = "object"
	if _, err := second.StartSuccessor(within(t), next); err == nil {
		t.Error("a server with another storage was put in its place")
	}
}
