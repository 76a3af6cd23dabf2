package process

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

func TestLog(t *testing.T) {
	t.Parallel()
	speak := newFIFO(t) // what the test writes to it, the server logs
	m := deployed(t, isolate.AsRoot, "echo first; cat '"+speak.path+"' >&2; exit 7")
	awaitLog(t, m, "first\n")
	end := wantLog(t, m, 0, "first\n")
	wantLog(t, m, -1, "")
	if _, offset, err := m.Log(-1); err != nil || offset != end {
		t.Errorf("the end is at %d, %v, want %d", offset, err, end)
	}
	if m.Status() != 0 {
		t.Errorf("status %d of a server that runs", m.Status())
	}
	to, err := os.OpenFile(speak.path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	fmt.Fprintln(to, "second")
	awaitLog(t, m, "second\n")
	wantLog(t, m, end, "second\n")
	wantLog(t, m, 2, "rst\nsecond\n")
	if to.Close() != nil || awaitExit(t, m) != 7 {
		t.Errorf("status %d, want 7", m.Status())
	}
	wantLog(t, m, 0, "first\nsecond\n")
	wantLog(t, m, 13, "")
	log := filepath.Join(m.Where(), "milvus.log")
	if err := os.Truncate(log, 5); err != nil {
		t.Fatal(err)
	}
	if text, _, err := m.Log(13); err == nil || !strings.HasSuffix(err.Error(), "milvus.log was cut off: it ends at byte 5, and had reached 13") {
		t.Errorf("a log that was cut off: %q, %v", text, err)
	}
	if err := os.Remove(log); err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.Log(0); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a log that is gone: %v", err)
	}
}

// wantLog fails unless the log from offset on is as wanted, and gives the
// offset after it.
func wantLog(t *testing.T, m *milvusServer, offset int64, want string) int64 {
	t.Helper()
	text, after, err := m.Log(offset)
	if err != nil || string(text) != want || offset >= 0 && after != offset+int64(len(want)) {
		t.Errorf("the log from %d on is %q up to %d, %v, want %q", offset, text, after, err, want)
	}
	return after
}

func TestStatus(t *testing.T) {
	for name, kind := range kinds {
		for script, want := range map[string]int{"exit 0": 0, "exit 3": 3, "kill -TERM $$": 143, "kill -ABRT $$": 134} {
			t.Run(name+" "+script, func(t *testing.T) {
				t.Parallel()
				if got := awaitExit(t, deployed(t, kind, script)); got != want {
					t.Errorf("status %d, want %d", got, want)
				}
			})
		}
	}
}

func TestStopEndsAllOfAServer(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			held := newFIFO(t)
			m := deployed(t, kind, "(exec >'"+held.path+"'; echo up; exec sleep 60) & wait")
			held.held(t)
			for range 2 {
				stop(t, m)
			}
			held.released(t)
			if got := awaitExit(t, m); got != 137 {
				t.Errorf("status %d, want 137", got)
			}
		})
	}
}

// Nothing of the user's environment may change a server, and nothing in the
// server's may win over milvus.yaml.
func TestEnvironment(t *testing.T) {
	for _, name := range []string{
		"MILVUS_X", "MILVUSCONF", "ETCD_X", "MINIO_X", "COMMON_SECURITY_TLSMODE", "TLS_X", "PROXY_PORT", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "GRPC_X",
		"HTTPS_PROXY", "LD_PRELOAD", "LD_LIBRARY_PATH", "GODEBUG", "LANG", "USER",
	} {
		t.Setenv(name, "/users")
	}
	for name, kind := range kinds {
		s := spec(t, "tr '\\0' '\\n' </proc/$$/environ; echo in=$(pwd)")
		s.Server.Where[WhereLib] = "/lib/of/server"
		p := newProvider(t, kind)
		m, err := p.deploy(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		awaitExit(t, m)
		log, _, err := m.Log(0)
		got := strings.Fields(string(log))
		dir := filepath.Join(p.dir, "9-8-7-mode-1-x")
		want := []string{
			"DEPLOY_MODE=STANDALONE", "HOME=" + dir, "LANG=C.UTF-8", "LD_LIBRARY_PATH=/lib/of/server",
			fmt.Sprintf("METRICS_PORT=%d", m.setup.Port("management")), "MILVUSCONF=" + dir + "/conf",
			"PATH=/usr/local/bin:/usr/bin:/bin", "TMPDIR=" + dir, "TZ=UTC", "in=" + dir,
		}
		if slices.Sort(got); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: the server sees\n%q, %v, want\n%q", name, got, err, want)
		}
	}
}
