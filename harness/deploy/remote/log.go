package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// A Log is a server's log from the moment on when it is followed.
type Log interface {
	// Since gives the text from an offset on and the offset after it; -1 gives
	// nothing and the present end.
	Since(offset int64) ([]byte, int64, error)
	Close() error
}

// NoLog is the log of a deployment whose log cannot be read.
type NoLog struct{}

// Since returns nothing.
func (NoLog) Since(int64) ([]byte, int64, error) { return nil, 0, nil }

// Close does nothing.
func (NoLog) Close() error { return nil }

// mostLog bounds one read, and what is kept of a command's output. A busy server writes that
// much in minutes, and the searched lines are seconds old.
const mostLog = 16 << 20

// File follows a file from its present end on. It fails where the file cannot
// be read.
func File(path string) (Log, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("follow the log: %w", err)
	}
	defer f.Close()
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("follow the log: %w", err)
	}
	return &file{path: path, begin: end}, nil
}

type file struct {
	path  string
	mu    sync.Mutex
	begin int64 // where the offset 0 is in the file
}

// Since reads the file again from the offset on. A file that has become shorter
// was rotated: its new beginning is what comes next.
func (l *file) Since(offset int64) ([]byte, int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, err := os.Open(l.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, max(0, offset), nil // between two files
	}
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, 0, err
	}
	if offset < 0 {
		return nil, max(0, end-l.begin), nil
	}
	from := l.begin + offset
	if end < from {
		l.begin, from = -offset, 0
	}
	text := make([]byte, min(end-from, mostLog))
	n, err := f.ReadAt(text, from)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, err
	}
	return text[:n], offset + int64(n), nil
}

// Close does nothing: the file is not kept open.
func (l *file) Close() error { return nil }

// Command starts a command and follows what it prints, such as that of
// "kubectl logs -f --since=1s". It fails where the command cannot be started.
// Close ends it with all that it started.
func Command(argv ...string) (Log, error) {
	if len(argv) == 0 {
		return nil, errors.New("follow the log: the command is empty")
	}
	ctx, cancel := context.WithCancel(context.Background())
	l := &command{cancel: cancel}
	l.cmd = exec.CommandContext(ctx, argv[0], argv[1:]...)
	l.cmd.SysProcAttr = &unix.SysProcAttr{Setpgid: true}
	l.cmd.Cancel = func() error { return unix.Kill(-l.cmd.Process.Pid, unix.SIGKILL) }
	l.cmd.WaitDelay = time.Second
	l.cmd.Stdout, l.cmd.Stderr = l, l
	if err := l.cmd.Start(); err != nil {
		cancel()
		return nil, fmt.Errorf("follow the log: %w", err)
	}
	return l, nil
}

type command struct {
	cmd    *exec.Cmd
	cancel context.CancelFunc

	mu   sync.Mutex
	text []byte
	gone int64 // how much was dropped before text
}

func (l *command) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	if over := len(l.text) - mostLog; over > 0 {
		l.text, l.gone = append([]byte(nil), l.text[over:]...), l.gone+int64(over)
	}
	return len(p), nil
}

// Since returns what the command has printed since.
func (l *command) Since(offset int64) ([]byte, int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	end := l.gone + int64(len(l.text))
	if offset < 0 || offset >= end {
		return nil, end, nil
	}
	return append([]byte(nil), l.text[max(0, offset-l.gone):]...), end, nil
}

// Close ends the command.
func (l *command) Close() error {
	l.cancel()
	_ = l.cmd.Wait() // it was killed, which is its error
	return nil
}
