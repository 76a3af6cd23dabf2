// Package traffic runs clients against a server at a bounded rate while something happens to the
// server, and reports how long each was not served and with which errors. It is for servers that
// the run started itself.
package traffic

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"milvus-tls-e2e/harness/connection"

	"google.golang.org/grpc/status"
)

// A Client is one that stays connected and asks again and again.
type Client struct {
	Name  string                          // the client and what it asks for
	Needs bool                            // it needs the collections to be loaded
	Every time.Duration                   // how often it asks; zero means four times a second
	Ask   func(ctx context.Context) error // asks once; an error means that it was not served. Once calls it beside what the client asks by itself
}

// How often a client asks, and how long it waits for an answer: more often
// would measure more finely, and take the server's time from what is judged.
const (
	every    = 250 * time.Millisecond
	patience = 3 * time.Second
	thorough = time.Minute // when it asks Once, which is to have an answer: only a hang takes as long
)

// Traffic is what is under way.
type Traffic struct {
	stop    context.CancelFunc
	work    sync.WaitGroup
	clients []*asking
}

// asking is one client while it asks.
type asking struct {
	Client
	mu     sync.Mutex
	calls  int
	served []time.Time
	errors map[string]int
}

// Start lets the clients ask until Stop, or until ctx ends.
func Start(ctx context.Context, clients ...Client) *Traffic {
	ctx, stop := context.WithCancel(ctx)
	t := &Traffic{stop: stop}
	for _, c := range clients {
		a := &asking{Client: c, errors: map[string]int{}}
		t.clients = append(t.clients, a)
		t.work.Go(func() { a.run(ctx) })
	}
	return t
}

// Once lets every client ask once more, now, and wait for its answer.
func (t *Traffic) Once(ctx context.Context) {
	var work sync.WaitGroup
	for _, a := range t.clients {
		work.Go(func() { a.once(ctx, thorough) })
	}
	work.Wait()
}

// Briefly is Once for clients that may not be served: it waits no longer than they do by
// themselves.
func (t *Traffic) Briefly(ctx context.Context) {
	var work sync.WaitGroup
	for _, a := range t.clients {
		work.Go(func() { a.once(ctx, patience) })
	}
	work.Wait()
}

// Stop ends the clients. It may be called twice.
func (t *Traffic) Stop() {
	t.stop()
	t.work.Wait()
}

func (a *asking) run(ctx context.Context) {
	tick := time.NewTicker(cmp.Or(a.Every, every))
	defer tick.Stop()
	for {
		a.once(ctx, patience)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (a *asking) once(run context.Context, bound time.Duration) {
	ctx, cancel := context.WithTimeout(run, bound)
	defer cancel()
	err := a.Ask(ctx)
	if run.Err() != nil {
		return // it was we who ended the call
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls++
	if err != nil {
		a.errors[Class(err)]++
		return
	}
	a.served = append(a.served, time.Now())
}

// Forget leaves the clients out that need the collections to be loaded: a server
// took over that can load none.
func (t *Traffic) Forget() {
	t.clients = slices.DeleteFunc(t.clients, func(a *asking) bool { return a.Needs })
}

// Served returns how many calls were served, by client.
func (t *Traffic) Served() map[string]int {
	served := map[string]int{}
	for _, a := range t.clients {
		a.mu.Lock()
		served[a.Name] = len(a.served)
		a.mu.Unlock()
	}
	return served
}

// Calls returns how many calls were made in all.
func (t *Traffic) Calls() (n int) {
	for _, a := range t.clients {
		a.mu.Lock()
		n += a.calls
		a.mu.Unlock()
	}
	return n
}

// Moments are when things happened to the server.
type Moments struct {
	Halt   time.Time // the old server was asked to end
	Ready  time.Time // the new one was ready
	Loaded time.Time // the new one had loaded every collection
}

// Back waits until every client was served after the new server could serve
// it, or until the bound after that is over.
func (t *Traffic) Back(ctx context.Context, m Moments, bound time.Duration) {
	ctx, cancel := context.WithDeadline(ctx, m.Loaded.Add(bound))
	defer cancel()
	poll := time.NewTicker(every)
	defer poll.Stop()
	for {
		back := true
		for _, g := range t.Gaps(m) {
			back = back && !g.Never
		}
		if back {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-poll.C:
		}
	}
}

// Gaps returns how long each client was not served around the moments.
func (t *Traffic) Gaps(m Moments) []connection.Outage {
	var gaps []connection.Outage
	for _, a := range t.clients {
		gaps = append(gaps, a.gap(m))
	}
	return gaps
}

func (a *asking) gap(m Moments) connection.Outage {
	a.mu.Lock()
	defer a.mu.Unlock()
	able := m.Ready
	if a.Needs {
		able = m.Loaded
	}
	g := connection.Outage{Client: a.Name, Calls: a.calls, Errors: map[string]int{}}
	for class, n := range a.errors {
		g.Errors[class] = n
	}
	// The last time that it was served by the old server, and the first by the
	// new one: an old server may go on serving for a while after SIGTERM, so
	// the gap is the longest pause.
	last := m.Halt
	var after time.Time
	for _, at := range a.served {
		if pause := at.Sub(last).Seconds(); at.After(m.Halt) {
			g.Refused = max(g.Refused, pause)
		}
		last = at
		if after.IsZero() && at.After(able) {
			after = at
		}
	}
	if after.IsZero() {
		g.Never, g.Refused = true, time.Since(last).Seconds()
		g.Resumed = time.Since(able).Seconds()
		return g
	}
	g.Resumed = after.Sub(able).Seconds()
	return g
}

var numbers = regexp.MustCompile(`\d+`)

// classes are the errors of clients while a server is replaced, by their text.
var classes = []struct{ holds, class string }{
	{"connection refused", "connection refused"},
	{"not loaded", "collection not loaded"},
	{"not fully loaded", "collection not loaded"},
	{"failed to search/query delegator", "query node not there"},
	{"shard leaders", "query node not there"},
	{"syncTimestamp Failed", "coordinator not there"},
	{"find no available", "coordinator not there"},
	{"not ready", "server not ready"},
	{"not healthy", "server not ready"},
	{"connection reset", "connection reset"},
	{"broken pipe", "connection reset"},
	{"EOF", "connection closed"},
	{"error reading server preface", "connection closed"},
	{"server closed idle connection", "connection closed"},
	{"transport is closing", "connection closed"},
}

// Unanswered is the class of calls that had no answer in time.
var Unanswered = fmt.Sprintf("no answer within %.0f s", patience.Seconds())

// traced matches the stack trace that servers of 2.2 and 2.3 put into an error.
var traced = regexp.MustCompile(`:?\s*stack trace:(\s*/\S+\.go:\d+(\s+[\w./()*\[\]-]+)?)*`)

// said returns an error's text without the trace, or its code where there is no other text.
func said(err error) string {
	text := strings.Trim(strings.Join(strings.Fields(traced.ReplaceAllString(err.Error(), " ")), " "), " :")
	if bare := strings.TrimPrefix(text, "rpc error: code = "+status.Code(err).String()+" desc ="); strings.Trim(bare, " :") == "" {
		return "an error with the code " + status.Code(err).String()
	}
	return text
}

// Class returns the kind of an error, so that errors that differ only in ports and times count
// as the same.
func Class(err error) string {
	text := err.Error()
	if errors.Is(err, syscall.ECONNREFUSED) {
		return "connection refused"
	}
	for _, c := range classes {
		if strings.Contains(text, c.holds) {
			return c.class
		}
	}
	if errors.Is(err, context.DeadlineExceeded) || strings.Contains(text, "DeadlineExceeded") || errors.Is(err, http.ErrHandlerTimeout) {
		return Unanswered
	}
	text = said(err)
	const most = 120
	text = numbers.ReplaceAllString(text, "N")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
