package process

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// A server is one running process of the run's, with its output in one file.
type server struct {
	dir    string
	log    string
	cmd    *exec.Cmd
	kill   func()
	began  time.Time
	exited chan struct{}
	ended  time.Time // for who has seen exited closed; like status
	status int
	once   sync.Once
	asked  atomic.Bool // this run asked for its end
}

// began starts a binary with exactly the environment given; its output goes to
// the file that log names.
func began(k isolate.Kind, dir, log string, env []string, binary string, args ...string) (*server, error) {
	return startSeeing(k, nil, dir, log, env, binary, args...)
}

// startSeeing is start, with mounts that this process alone sees.
func startSeeing(k isolate.Kind, mounts []isolate.Mount, dir, log string, env []string, binary string, args ...string) (*server, error) {
	if _, err := exec.LookPath(binary); err != nil { // a supervisor would only report an exit status
		return nil, fmt.Errorf("start %s: %w", filepath.Base(binary), err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	out, err := os.OpenFile(log, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd, kill, err := isolate.Mounted(k, mounts, env, binary, args...)
	if err != nil {
		return nil, err
	}
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(binary), err)
	}
	s := &server{dir: dir, log: log, cmd: cmd, kill: kill, began: time.Now(), exited: make(chan struct{})}
	go func() {
		s.status = isolate.Status(cmd, cmd.Wait())
		s.ended = time.Now()
		close(s.exited)
	}()
	return s, nil
}

// Exited is closed when the process has ended.
func (s *server) Exited() <-chan struct{} { return s.exited }

// Status is the exit status once Exited is closed.
func (s *server) Status() int {
	select {
	case <-s.exited:
		return s.status
	default:
		return 0
	}
}

func (s *server) ran() time.Duration {
	select {
	case <-s.exited:
		return s.ended.Sub(s.began)
	default:
		return time.Since(s.began)
	}
}

// stopBound is how long a process may be there after a kill: at a load of 33 on
// two cores 10 s were seen not to be enough.
const stopBound = time.Minute

// Stop kills the process, as a run does that no longer cares: 2.3.5 takes
// about 14 s to end on SIGTERM, and 2.2.16 was seen to hang.
func (s *server) Stop() error {
	s.asked.Store(true)
	s.once.Do(s.kill)
	select {
	case <-s.exited:
		return nil
	case <-time.After(stopBound):
		return fmt.Errorf("stop %s: process %d is still there after a kill", filepath.Base(s.dir), s.cmd.Process.Pid)
	}
}

// Log returns what the process wrote from an offset on, and the offset after it. It fails if the
// file has lost what came before the offset, since absent lines then prove nothing.
func (s *server) Log(offset int64) ([]byte, int64, error) {
	f, err := os.Open(s.log)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	end, err := f.Seek(0, io.SeekEnd)
	switch {
	case err != nil || offset < 0:
		return nil, end, err
	case offset > end:
		return nil, 0, fmt.Errorf("%s was cut off: it ends at byte %d, and had reached %d", s.log, end, offset)
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return nil, 0, err
	}
	text, err := io.ReadAll(f)
	return text, offset + int64(len(text)), err
}

func baseEnvironment(dir string, more ...string) []string {
	return append([]string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + dir, "TMPDIR=" + dir, "LANG=C.UTF-8", "TZ=UTC",
	}, more...)
}

var errNotMilvus = errors.New("it printed no Milvus banner")
