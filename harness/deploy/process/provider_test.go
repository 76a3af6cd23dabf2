package process

import (
	"net"
	"slices"
	"strings"
	"testing"

	"context"
	"errors"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// listen is a script of a backend that does nothing but dump its environment
// and listen where the option tells it to.
func listen(t *testing.T, option string) string {
	t.Helper()
	return `tr '\0' '\n' </proc/$$/environ
while [ "$1" != ` + option + ` ]; do shift; done
exec '` + self(t) + `' listen "${2#http://}"`
}

// backends are servers, the second of which needs MinIO, and where it is.
func backends(t *testing.T) (servers []harness.Server, dir string) {
	t.Helper()
	dir = t.TempDir()
	program(t, dir, "etcd/etcd", listen(t, "--listen-client-urls"))
	program(t, dir, "minio/minio", listen(t, "--address"))
	return []harness.Server{
		{Storage: "local", Where: map[string]string{WhereBackends: dir}},
		{Storage: "object", Where: map[string]string{WhereBackends: dir}},
	}, dir
}

func TestNew(t *testing.T) {
	t.Setenv("MINIO_X", "1")
	t.Setenv("ETCD_X", "1")
	servers, _ := backends(t)
	p, err := New(within(t), isolate.None, t.TempDir(), nil, servers)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	for _, addr := range []string{p.stores.started[etcdPlain].at, p.stores.started[objectPlain].at} {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
	}
	etcd, object := p.stores.started[etcdPlain].server, p.stores.started[objectPlain].server
	for s, want := range map[*server][]string{
		etcd:   {"HOME", "LANG", "PATH", "TMPDIR", "TZ"},
		object: {"HOME", "LANG", "MINIO_ROOT_PASSWORD", "MINIO_ROOT_USER", "MINIO_UPDATE", "PATH", "TMPDIR", "TZ"},
	} {
		log, _, err := s.Log(0)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for line := range strings.Lines(string(log)) {
			if name, _, is := strings.Cut(line, "="); is {
				got = append(got, name)
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("a backend sees %q, want %q", got, want)
		}
		for _, secret := range p.stores.secrets() {
			if len(secret) < 20 || strings.Contains(string(p.Redact(log)), secret) {
				t.Errorf("the secret %q is in %q", secret, p.Redact(log))
			}
		}
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	for _, s := range []*server{etcd, object} {
		if got := awaitExit(t, s); got != 137 {
			t.Errorf("status %d", got)
		}
	}
}

func TestNewWithoutObjectStore(t *testing.T) {
	t.Parallel()
	servers, _ := backends(t)
	p, err := New(within(t), isolate.None, t.TempDir(), nil, servers[:1])
	if err != nil {
		t.Fatal(err)
	}
	if p.stores.started[objectPlain] != nil || p.Close() != nil {
		t.Error("MinIO was started, which nobody needs")
	}
}

// The one that started is ended when the other one fails.
func TestNewFails(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]func(hold, begun string) (etcd, minio string){
		"etcd": func(hold, _ string) (string, string) {
			return "echo cannot; exit 9", hold + listen(t, "--address")
		},
		"minio": func(hold, begun string) (string, string) {
			return hold + "echo >'" + begun + "'; exec sleep 60", "read line <>'" + begun + "'; echo cannot; exit 9"
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			servers, dir := backends(t)
			held, begun := newFIFO(t), newFIFO(t)
			etcd, minio := scripts("exec 3>'"+held.path+"'; echo up >&3\n", begun.path)
			program(t, dir, "etcd/etcd", etcd)
			program(t, dir, "minio/minio", minio)
			_, err := New(within(t), isolate.None, t.TempDir(), nil, servers)
			wantError(t, err, "start backends: "+name+": ended with status 9: cannot")
			held.held(t)
			held.released(t)
		})
	}
}

func TestInterruptedStarts(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	servers, dir := backends(t)
	binary := program(t, dir, "etcd/etcd", "exec sleep 60")
	if _, err := New(ctx, isolate.None, t.TempDir(), nil, servers[:1]); !errors.Is(err, context.Canceled) {
		t.Errorf("New: %v", err)
	}
	if _, err := Identify(ctx, isolate.None, binary, "", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("Identify: %v", err)
	}
}
