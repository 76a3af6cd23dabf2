package probe

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"

	"milvus-tls-e2e/harness"

	"golang.org/x/sys/unix"
)

// A Launch is how to start a worker.
type Launch struct {
	Args []string // the program and its arguments
	Dir  string   // where it is started
	Env  []string // in addition to every worker's
}

// A worker is a process that makes attempts with an SDK in another language:
// it reads a request a line and writes an answer a line, in any order, but each
// before it ends the attempt's connection. It lives as long as the run, since
// starting an interpreter takes longer than an attempt.
type worker struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	stderr  *tail
	version string

	mu      sync.Mutex
	pending map[int64]chan workerReply
	next    int64
	failed  error // why it answers no more
	retired bool  // is to be ended when nothing is pending
	gone    chan struct{}
}

// request is one attempt as a worker is asked to make it. Its names are those
// of the workers' sources.
type request struct {
	ID         int64   `json:"id,omitempty"`
	Release    int64   `json:"release,omitempty"` // no attempt: close the client that this one held
	Ping       bool    `json:"ping,omitempty"`    // no attempt: answer at once
	Host       string  `json:"host"`
	Port       int     `json:"port"`
	TLS        bool    `json:"tls"`
	Name       string  `json:"name"`
	CA         string  `json:"ca"`
	Cert       string  `json:"cert"`
	Key        string  `json:"key"`
	User       string  `json:"user"`
	Password   string  `json:"password"`
	Form       string  `json:"form"`
	Ask        string  `json:"ask"`
	Collection string  `json:"collection"`
	Seconds    float64 `json:"seconds"` // the client's own time limit
	Hold       bool    `json:"hold"`    // leave the client connected
}

type workerReply struct {
	ID      int64  `json:"id"`
	Ready   string `json:"ready"` // in the first line only: the SDK's version
	Served  bool   `json:"served"`
	Kind    string `json:"kind"`    // the error's class
	Code    string `json:"code"`    // gRPC's status by name, where the error has one
	Message string `json:"message"` // the client's own message
	Step    string `json:"step"`    // what was being done

	lost error // there is no reply, and why
	open bool  // its first connection was still open at this reply
}

// startBound is how long an interpreter may take to be ready while servers boot on the same
// machine.
const startBound = time.Minute

func startWorker(ctx context.Context, home string, l Launch) (*worker, error) {
	w := &worker{pending: map[int64]chan workerReply{}, stderr: &tail{}, gone: make(chan struct{})}
	w.cmd = exec.Command(l.Args[0], l.Args[1:]...)
	w.cmd.Dir, w.cmd.Stderr = l.Dir, w.stderr
	w.cmd.Env = append([]string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + home, "LANG=C.UTF-8"}, l.Env...)
	w.cmd.SysProcAttr = &unix.SysProcAttr{Setpgid: true}
	w.cmd.WaitDelay = time.Second // for who holds its output and left its group
	var err error
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("start client: %w", err)
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start client: %w", err)
	}
	if err := w.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start client: %w", err)
	}
	ready := make(chan workerReply, 1)
	w.pending[0] = ready
	go w.read(out)
	bound := time.NewTimer(startBound)
	defer bound.Stop()
	select {
	case r := <-ready:
		if w.version = r.Ready; r.lost != nil || r.Ready == "" {
			w.end()
			return nil, fmt.Errorf("start client: %w", errors.Join(r.lost, errNotReady(r)))
		}
		return w, nil
	case <-bound.C:
		err = fmt.Errorf("start client: it was not ready after %s", startBound)
	case <-ctx.Done():
		err = ctx.Err()
	}
	w.end()
	return nil, err
}

var errEnded = errors.New("exit status 0")

func errNotReady(r workerReply) error {
	if r.lost != nil {
		return nil
	}
	return errors.New("its first line does not say that it is ready")
}

const maxLine = 1 << 20

// read passes each reply to its attempt, until the worker ends or prints something that is not a
// reply.
func (w *worker) read(out io.Reader) {
	defer close(w.gone)
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, maxLine)
	var why error
	for lines.Scan() {
		var r workerReply
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			why = fmt.Errorf("the client's process printed something that is not a reply: %s", harness.Short(lines.Text()))
			break
		}
		if waiting := w.take(r.ID); waiting != nil {
			waiting <- r
		}
	}
	if why == nil && lines.Err() != nil {
		why = fmt.Errorf("the client's process printed something that is not a reply: %w", lines.Err())
	}
	w.kill() // a worker that talks nonsense; one that ended is past caring
	ended := w.cmd.Wait()
	if why == nil {
		why = fmt.Errorf("the client's process ended: %w%s", cmp.Or(ended, errEnded), w.stderr.last())
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed = why
	for id, waiting := range w.pending {
		delete(w.pending, id)
		waiting <- workerReply{ID: id, lost: why}
	}
}

func (w *worker) take(id int64) chan workerReply {
	w.mu.Lock()
	defer w.mu.Unlock()
	waiting := w.pending[id]
	delete(w.pending, id)
	if w.retired && len(w.pending) == 0 {
		w.kill()
	}
	return waiting
}

func (w *worker) ask(r request) (int64, <-chan workerReply, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed != nil {
		return 0, nil, w.failed
	}
	w.next++
	r.ID = w.next
	answer := make(chan workerReply, 1)
	w.pending[r.ID] = answer
	if err := w.send(r); err != nil {
		delete(w.pending, r.ID)
		return 0, nil, err
	}
	return r.ID, answer, nil
}

func (w *worker) send(r request) error {
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("ask client: %w", err)
	}
	if _, err := w.in.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("ask client: %w", err)
	}
	return nil
}

func (w *worker) release(id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.send(request{Release: id}) // a worker that is gone holds nothing
}

// forget gives up waiting for an answer.
func (w *worker) forget(id int64) { w.take(id) }

// retire ends the worker as soon as no attempt is waiting for it.
func (w *worker) retire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.retired = true
	if len(w.pending) == 0 {
		w.kill()
	}
}

func (w *worker) end() {
	w.kill()
	<-w.gone
}

func (w *worker) kill() { _ = unix.Kill(-w.cmd.Process.Pid, unix.SIGKILL) }

// tail keeps the end of a worker's standard error.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	const most = 4 << 10
	t.text = append(t.text, p...)
	if len(t.text) > most {
		t.text = append([]byte(nil), t.text[len(t.text)-most:]...)
	}
	return len(p), nil
}

// last returns the last line, to follow an error, or "".
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := bytes.Split(bytes.TrimSpace(t.text), []byte("\n"))
	if text := strings.TrimSpace(string(lines[len(lines)-1])); text != "" {
		return ": " + harness.Short(text)
	}
	return ""
}
