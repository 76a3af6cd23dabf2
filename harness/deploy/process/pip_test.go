package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// python puts a python3 on PATH, and nothing else, that answers what pip is
// asked for its version and does as told when it is to download.
func python(t *testing.T, download string) {
	t.Helper()
	dir := t.TempDir()
	program(t, dir, "python3", `PATH=/usr/bin:/bin
case "$*" in
"-m pip --version") echo "pip 99.1 from /x"; exit ;;
*"--dest "*) ;;
*) echo "ERROR: no folder named"; exit 2 ;;
esac
dest=${*##*--dest }
dest=${dest%% *}
`+download)
	t.Setenv("PATH", dir)
}

func TestNoPip(t *testing.T) {
	_, w := archive(t, good(t))
	for _, tt := range []struct {
		programs []string
		want     string
	}{
		{nil, "no python3 on PATH: install Python 3 with pip"},
		{[]string{"python"}, "/python has no pip: install it"},
		{[]string{"python", "python3"}, "/python3 has no pip: install it"},
	} {
		dir := t.TempDir()
		for _, name := range tt.programs {
			program(t, dir, name, "exit 1")
		}
		t.Setenv("PATH", dir)
		c := Cache{Dir: t.TempDir(), Log: io.Discard}
		_, err := c.Fetch(within(t), w, "")
		wantError(t, err, "download milvus 9.8.7: ", tt.want, "MILVUS_WHEEL=")
		empty(t, filepath.Join(c.Dir, "milvus"))
		_, err = Pip(within(t))
		wantError(t, err, tt.want)
	}
}

func TestPip(t *testing.T) {
	python(t, "")
	if got, err := Pip(within(t)); err != nil || got != "pip 99.1 from /x" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestPipFails(t *testing.T) {
	_, w := archive(t, good(t))
	for _, tt := range []struct{ name, script, want string }{
		{"its last error is told", `echo "Collecting milvus"
echo "WARNING: Retrying" >&2
echo "ERROR: Could not find a version that satisfies the requirement milvus==9.8.7 (from versions: none)" >&2
echo "ERROR: No matching distribution found for milvus==9.8.7" >&2
echo "[notice] A new release of pip is available" >&2
exit 1`, "pip failed: ERROR: No matching distribution found for milvus==9.8.7 ("},
		{"a full disk", `echo "OSError: [Errno 28] No space left on device" >&2
echo "[notice] A new release of pip is available" >&2
exit 2`, "pip failed: OSError: [Errno 28] No space left on device ("},
		{"its last line where none is an error", "echo first >&2; echo Killed >&2; exit 1", "pip failed: Killed ("},
		{"it says nothing", "exit 5", "pip failed: exit status 5 ("},
	} {
		t.Run(tt.name, func(t *testing.T) {
			python(t, tt.script)
			var said bytes.Buffer
			c := Cache{Dir: t.TempDir(), Log: &said}
			_, err := c.Fetch(within(t), w, "")
			wantError(t, err, "download milvus 9.8.7: ", tt.want, "MILVUS_WHEEL")
			empty(t, filepath.Join(c.Dir, "milvus"))
		})
	}
}

// An index that errs twice is asked a third time, and one that goes on is not asked for ever.
func TestPipIsRunAgain(t *testing.T) {
	path, w := archive(t, good(t))
	for _, tt := range []struct {
		errs int
		ends bool
	}{{2, true}, {3, false}} {
		tries := filepath.Join(t.TempDir(), "tries")
		python(t, fmt.Sprintf(`echo again >>'%s'
[ "$(wc -l <'%s')" -gt %d ] || { echo "ERROR: 503" >&2; exit 1; }
cp '%s' "$dest/%s"`, tries, tries, tt.errs, path, w.File))
		c := Cache{Dir: t.TempDir(), Log: io.Discard}
		if _, err := c.Fetch(within(t), w, ""); (err == nil) != tt.ends {
			t.Errorf("after %d errors: %v", tt.errs, err)
		}
		if text, _ := os.ReadFile(tries); strings.Count(string(text), "again") != 3 {
			t.Errorf("with %d errors pip was run as often as %q", tt.errs, text)
		}
	}
}

func TestPipDelivers(t *testing.T) {
	path, w := archive(t, good(t))
	python(t, "echo Saved; cp '"+path+"' \"$dest/"+w.File+"\"")
	var said bytes.Buffer
	c := Cache{Dir: t.TempDir(), Log: &said}
	dir, err := c.Fetch(within(t), w, "")
	if err != nil {
		t.Fatal(err)
	}
	wantServer(t, dir) // and not the wheel beside it
	if want := "milvus 9.8.7: downloading " + w.File + " with pip\nSaved\nmilvus 9.8.7: unpacking " + w.File + "\n"; said.String() != want {
		t.Errorf("said %q, want %q", said.String(), want)
	}
}

func TestPipDeliversAnotherFile(t *testing.T) {
	path, w := archive(t, good(t))
	python(t, "cat '"+path+"' >\"$dest/"+w.File+"\"; echo more >>\"$dest/"+w.File+"\"")
	c := Cache{Dir: t.TempDir(), Log: io.Discard}
	_, err := c.Fetch(within(t), w, "")
	wantError(t, err, "refuse", w.File, w.SHA256)
	empty(t, filepath.Join(c.Dir, "milvus"))
}

// A Ctrl-C while pip works ends it and leaves nothing.
func TestDownloadIsInterrupted(t *testing.T) {
	_, w := archive(t, good(t))
	held := newFIFO(t)
	python(t, "exec >'"+held.path+"'; echo up; exec sleep 60")
	ctx, cancel := context.WithCancel(within(t))
	c := Cache{Dir: t.TempDir(), Log: io.Discard}
	done := make(chan error, 1)
	go func() {
		_, err := c.Fetch(ctx, w, "")
		done <- err
	}()
	held.held(t)
	cancel()
	if err := receive(t, done); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was interrupted", err)
	}
	held.released(t)
	empty(t, filepath.Join(c.Dir, "milvus"))
}

// Python may have started something that holds its output open.
func TestInterruptedPipWithAChild(t *testing.T) {
	_, w := archive(t, good(t))
	held, end := newFIFO(t), newFIFO(t)
	python(t, "exec 3>'"+held.path+"'; echo up >&3; (read line <'"+end.path+"') 3>&-; exit 1")
	t.Cleanup(func() { // end the child
		if err := os.WriteFile(end.path, []byte("end\n"), 0); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithCancel(within(t))
	done := make(chan error, 1)
	go func() {
		_, err := Cache{Dir: t.TempDir(), Log: t.Output()}.Fetch(ctx, w, "")
		done <- err
	}()
	held.held(t)
	cancel()
	if err := receive(t, done); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was interrupted", err)
	}
}

// A line may come in two writes.
func TestTheLineOfPipsFailure(t *testing.T) {
	var said tail
	for _, part := range []string{"ERR", "OR: no such version\n", "bye\n"} {
		_, _ = said.Write([]byte(part))
	}
	if got := said.last(nil); got != "ERROR: no such version" {
		t.Errorf("pip's error is told as %q", got)
	}
}
