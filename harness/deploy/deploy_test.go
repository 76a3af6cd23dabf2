package deploy

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A fake is a server that ends and logs at times of the test's own; synctest's
// clock starts when the test does.
type fake struct {
	Deployment
	exited chan struct{}
	log    func(offset int64) ([]byte, int64, error)
}

func (f fake) Exited() <-chan struct{}                 { return f.exited }
func (f fake) Status() int                             { return 134 }
func (f fake) Log(offset int64) ([]byte, int64, error) { return f.log(offset) }

const bound = 10 * time.Second

var errNotYet = errors.New("not yet")

// after returns a check that succeeds from some time on.
func after(d time.Duration) func(context.Context) error {
	begin := time.Now()
	return func(context.Context) error {
		if time.Since(begin) < d {
			return errNotYet
		}
		return nil
	}
}

// hangs is a check that ends with its context.
func hangs(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

const never = time.Hour

func TestAwait(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		ready func() func(context.Context) error
		ends  time.Duration // when the server ends
		stop  time.Duration // when the run is interrupted
		want  Became
	}{
		{"ready at once", func() func(context.Context) error { return after(0) }, never, never, Became{Ready: true}},
		{"ready later", func() func(context.Context) error { return after(500 * time.Millisecond) }, never, never,
			Became{Ready: true, Seconds: 0.6}},
		{"ended", func() func(context.Context) error { return after(never) }, 1500 * time.Millisecond, never,
			Became{Exited: true, Status: 134, Seconds: 1.5}},
		{"ended while a call hangs", func() func(context.Context) error { return hangs }, 1500 * time.Millisecond, never,
			Became{Exited: true, Status: 134, Seconds: 1.5}},
		{"neither", func() func(context.Context) error { return after(never) }, never, never, Became{Seconds: bound.Seconds()}},
		{"left without an answer", func() func(context.Context) error { return hangs }, never, never, Became{Seconds: bound.Seconds()}},
		{"interrupted", func() func(context.Context) error { return after(never) }, never, 3 * time.Second, Became{Seconds: 3}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := fake{exited: make(chan struct{})}
				end := time.AfterFunc(tt.ends, func() { close(d.exited) })
				defer end.Stop()
				ctx, cancel := context.WithTimeout(t.Context(), tt.stop)
				defer cancel()
				if got := Await(ctx, d, tt.ready(), bound); !sameBoot(got, tt.want) {
					t.Errorf("it came to %+v, want %+v", got, tt.want)
				}
			})
		})
	}
}

func sameBoot(a, b Became) bool {
	return a.Ready == b.Ready && a.Exited == b.Exited && a.Status == b.Status && a.Seconds == b.Seconds
}

func TestAwaitLog(t *testing.T) {
	t.Parallel()
	const whole = "old refusal\nnoise\nrefusal of 127.0.0.1:5\n"
	refusal := func(text []byte) string {
		for line := range bytes.Lines(text) {
			if bytes.Contains(line, []byte("refusal")) {
				return strings.TrimSpace(string(line))
			}
		}
		return ""
	}
	const lastPoll = 10 * time.Second // the bound comes 2 ms later
	tests := []struct {
		name   string
		offset int64
		lands  time.Duration // when the server has logged everything
		fails  error
		found  string
		took   time.Duration
	}{
		{"there at once", 0, 0, nil, "old refusal", 0},
		{"behind the offset", int64(len("old refusal\n")), 0, nil, "refusal of 127.0.0.1:5", 0},
		{"lands later", 0, 95 * time.Millisecond, nil, "old refusal", 100 * time.Millisecond},
		{"lands after the last poll", 0, lastPoll + time.Millisecond, nil, "old refusal", lastPoll + 2*time.Millisecond},
		{"never lands", 0, never, nil, "", lastPoll + 2*time.Millisecond},
		{"cannot be read", 0, 0, fs.ErrPermission, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				d := fake{log: func(offset int64) ([]byte, int64, error) {
					if time.Since(begin) < tt.lands {
						return nil, offset, nil
					}
					return []byte(whole)[offset:], int64(len(whole)), tt.fails
				}}
				found, err := AwaitLog(t.Context(), d, tt.offset, refusal, lastPoll+2*time.Millisecond)
				if found != tt.found || time.Since(begin) != tt.took {
					t.Errorf("found %q after %s, want %q after %s", found, time.Since(begin), tt.found, tt.took)
				}
				if !errors.Is(err, tt.fails) || err != nil && !strings.HasPrefix(err.Error(), "read server log: ") {
					t.Errorf("the error is %v", err)
				}
			})
		})
	}
}

// A server that ended while it was looked at for the last time has ended.
func TestAwaitSeesAnEndBeforeTheBound(t *testing.T) {
	t.Parallel()
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			d := fake{exited: make(chan struct{})}
			time.AfterFunc(bound-time.Second, func() { close(d.exited) })
			deaf := func(context.Context) error { <-time.After(bound); return errors.New("too late") }
			if got := Await(t.Context(), d, deaf, bound); !got.Exited {
				t.Errorf("it came to %+v", got)
			}
		})
	}
}

// A quick answer that something listens, and the reason why nothing does.
func TestListening(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	running := fake{exited: make(chan struct{})}
	if err := Listening(t.Context(), running, l.Addr().String()); err != nil {
		t.Errorf("what listens is said not to: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	ended := fake{exited: make(chan struct{}), log: func(int64) ([]byte, int64, error) { return []byte("one\nno room\n\n"), 0, nil }}
	close(ended.exited)
	if err := Listening(t.Context(), ended, l.Addr().String()); err == nil || err.Error() != "ended with status 134: no room" {
		t.Errorf("what has ended is told as %v", err)
	}
	ended.log = func(int64) ([]byte, int64, error) {
		return []byte(`{"error":"no space left on device"}` + "\npanic: failed\n\tmain.go:14 +0x28\n"), 0, nil
	}
	if err := Listening(t.Context(), ended, l.Addr().String()); err == nil || err.Error() != "ended with status 134: no space left on device" {
		t.Errorf("what ended on a full disk is told as %v", err)
	}
	ended.log = func(int64) ([]byte, int64, error) { return nil, 0, nil }
	if err := Listening(t.Context(), ended, l.Addr().String()); err == nil || err.Error() != "ended with status 134: it said nothing" {
		t.Errorf("what ended without a word is told as %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Listening(ctx, running, l.Addr().String()); !errors.Is(err, context.Canceled) {
		t.Errorf("a wait that was interrupted says %v", err)
	}
}
