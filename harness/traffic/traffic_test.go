package traffic

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// at returns a client that was served at these seconds after the start.
func at(begin time.Time, needs bool, seconds ...float64) *asking {
	a := &asking{Client: Client{Name: "client", Needs: needs}, errors: map[string]int{"connection refused": 3}}
	for _, s := range seconds {
		a.served = append(a.served, begin.Add(time.Duration(s*float64(time.Second))))
	}
	return a
}

func TestGap(t *testing.T) {
	begin := time.Now().Add(-time.Hour)
	after := func(s float64) time.Time { return begin.Add(time.Duration(s * float64(time.Second))) }
	m := Moments{Halt: after(10), Ready: after(20), Loaded: after(30)}
	for _, tt := range []struct {
		name             string
		asks             *asking
		refused, resumed float64
		never            bool
	}{
		{"served while the old server ends", at(begin, false, 9, 12, 21, 22), 9, 1, false},
		{"cut off at once", at(begin, false, 9, 20.5), 11.5, 0.5, false},
		{"waits for the collections", at(begin, true, 9, 31), 22, 1, false},
		{"an answer before they are loaded is none of theirs", at(begin, true, 9, 25, 34), 16, 4, false},
		{"never again", at(begin, false, 9, 12), 0, 0, true},
	} {
		g := tt.asks.gap(m)
		if g.Never != tt.never || !tt.never && (near(g.Refused, tt.refused) || near(g.Resumed, tt.resumed)) || g.Errors["connection refused"] != 3 {
			t.Errorf("%s: %+v", tt.name, g)
		}
	}
}

func near(a, b float64) bool { return a-b > 1e-6 || b-a > 1e-6 }

func TestClass(t *testing.T) {
	for text, err := range map[string]error{
		"connection refused":    &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED},
		"collection not loaded": errors.New("rpc: collection=470643388294627386: collection not loaded"),
		"connection closed":     errors.New("error reading server preface: EOF"),
		"server not ready":      errors.New("Milvus Proxy is not ready yet"),
		"query node not there":  errors.New("fail to search on all shard leaders, err=All attempts results: attempt #0:code: NotReadyServe"),
		"coordinator not there": errors.New("syncTimestamp Failed : empty grpc client: find no available rootcoord, check rootcoord state"),
		"no answer within 3 s":  fmt.Errorf("search: %w", context.DeadlineExceeded),
		"node N is away":        errors.New("node 17 is away:stack trace: /a/b.go:1"),
		"node N is gone": errors.New("stack trace: /m/pkg/tracer/stack_trace.go:51 github.com/milvus-io/milvus/pkg/tracer.StackTrace\n" +
			"/m/internal/util/grpcclient/client.go:564 github.com/milvus-io/milvus/internal/util/grpcclient.(*ClientBase[...]).Call: node 17 is gone"),
		"an error with the code Unavailable": status.Error(codes.Unavailable, "stack trace: /a/b.go:1"),
		"answered N: out of quota":           errors.New("answered 200: out of  quota"),
	} {
		if got := Class(err); got != text {
			t.Errorf("%v is %q, want %q", err, got, text)
		}
	}
}

// Clients ask at a bounded rate, stop when told, and come back when served.
func TestTraffic(t *testing.T) {
	var open, asked atomic.Int64
	now := time.Now()
	tr := Start(t.Context(), Client{Name: "client", Ask: func(context.Context) error {
		asked.Add(1)
		if open.Load() == 0 {
			return syscall.ECONNREFUSED
		}
		return nil
	}})
	m := Moments{Halt: now, Ready: now, Loaded: now}
	tr.Back(t.Context(), m, every)
	if g := tr.Gaps(m); !g[0].Never {
		t.Errorf("a client that was never served came back: %+v", g)
	}
	tr.Once(t.Context()) // however late it begins
	open.Store(1)
	m.Loaded = time.Now()
	tr.Back(t.Context(), m, 10*time.Second)
	tr.Stop()
	tr.Stop()
	before := tr.Calls()
	if tr.Once(t.Context()); tr.Calls() != before+1 {
		t.Errorf("one more call is %d", tr.Calls()-before)
	}
	g, n := tr.Gaps(m)[0], asked.Load()
	if g.Never || g.Errors["connection refused"] == 0 || !maps.Equal(tr.Served(), map[string]int{"client": g.Calls - g.Errors["connection refused"]}) {
		t.Errorf("%+v of %v", g, tr.Served())
	}
	// The call that Stop ended is not counted.
	if most := int64(time.Since(now)/every) + 3; n > most || n-int64(tr.Calls()) > 1 {
		t.Errorf("asked %d times, at most %d, counted %d", n, most, tr.Calls())
	}
}

// What is asked for once has its answer, however long a busy machine takes for it.
func TestOnceWaitsForTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr := Start(t.Context(), Client{Name: "slow", Ask: func(ctx context.Context) error {
			select {
			case <-time.After(3 * patience):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}})
		tr.Stop()
		if tr.Once(t.Context()); tr.Served()["slow"] != 1 {
			t.Errorf("served %v", tr.Served())
		}
	})
}
