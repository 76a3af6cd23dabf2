package run

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
)

// endingDeployment is a server of which a test decides what becomes of it.
type endingDeployment struct {
	deploy.Deployment
	addrs  map[harness.Port]string
	log    atomic.Value
	over   chan struct{}
	status int
	lost   error
}

func (d *endingDeployment) Addr(p harness.Port) string { return d.addrs[p] }
func (d *endingDeployment) Exited() <-chan struct{}    { return d.over }
func (d *endingDeployment) Status() int                { return d.status }
func (d *endingDeployment) Capabilities() deploy.Capabilities {
	return deploy.Capabilities{Lost: func() error { return d.lost }}
}
func (d *endingDeployment) Log(offset int64) ([]byte, int64, error) {
	text := d.log.Load().(string)
	if offset < 0 {
		offset = int64(len(text))
	}
	return []byte(text[offset:]), int64(len(text)), nil
}

// What was observed of a server counts if everything that was there of it still is.
func TestALivenessChecksAtAllThatTheServerHad(t *testing.T) {
	t.Parallel()
	const said = `[2026/11/30 14:13:01.971 +00:00] [ERROR] [proxy/proxy.go:168] ["Proxy disconnected from etcd, process will exit"]` + "\n"
	type server struct {
		*endingDeployment
		rest   net.Listener
		health atomic.Bool
	}
	for name, tt := range map[string]struct {
		then func(*server)
		want string // part of the error; empty for none
		end  string // part of why its context ended; empty where it has not
	}{
		"nothing happens": {then: func(*server) {}},
		"it ends": {
			then: func(s *server) { s.log.Store("old\n" + said); close(s.over) },
			want: "the server ended: Proxy disconnected from etcd, process will exit (status 80)", end: "the server ended: ",
		},
		"it ends without a word": {
			then: func(s *server) { close(s.over) }, want: "the server ended: its log says nothing (status 80)", end: "the server ended: ",
		},
		"its engine goes": {
			then: func(s *server) { s.lost = errors.New("the engine has gone"); close(s.over) },
			want: "the server was ended: the engine has gone", end: "the server was ended: ",
		},
		"it says that it ends, and does later": {
			then: func(s *server) {
				s.log.Store("old\n" + said)
				time.AfterFunc(pollEnding+pollEnding/2, func() { close(s.over) })
			},
			want: "the server ended: Proxy disconnected from etcd, process will exit (status 80)", end: "the server is ending: ",
		},
		"one of its ports is closed":      {then: func(s *server) { _ = s.rest.Close() }, want: "the server stopped serving: nothing listens any more at rest"},
		"it is not well any more":         {then: func(s *server) { s.health.Store(false) }, want: "its health address answers with status 500"},
		"it says something about another": {then: func(s *server) { s.log.Store("old\n[INFO] [\"dispatcherManager exited\"]\n") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &server{endingDeployment: &endingDeployment{over: make(chan struct{}), status: 80}}
			s.log.Store("old\n")
			s.health.Store(true)
			management := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if !s.health.Load() {
					w.WriteHeader(http.StatusInternalServerError)
				}
			}))
			defer management.Close()
			var err error
			if s.rest, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
				t.Fatal(err)
			}
			defer s.rest.Close()
			s.addrs = map[harness.Port]string{
				harness.GRPC: "127.0.0.1:0", harness.HTTP: s.rest.Addr().String(), harness.Management: strings.TrimPrefix(management.URL, "http://"),
			}
			c := &cell{Scheduler: &Scheduler{Config: Config{Bounds: Bounds{Alive: time.Second}}}, features: harness.Features{}}
			living, end := context.WithCancelCause(t.Context())
			defer end(nil)
			l := c.watch(living, end, s, start.Facts{Ready: true}, launch{})
			defer l.close()
			l.ways, l.health = nil, true // it is not asked for data here
			tt.then(s)
			if tt.end != "" {
				<-living.Done()
				if why := context.Cause(living).Error(); !strings.HasPrefix(why, tt.end) {
					t.Errorf("what is done with it ended because %s", why)
				}
			}
			err = l.confirm(t.Context())
			if (tt.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("it was %v, want %q", err, tt.want)
			}
			if tt.end == "" && living.Err() != nil {
				t.Errorf("what is done with it ended: %v", context.Cause(living))
			}
		})
	}
}

// Once nobody needs it any more a server may end.
func TestAServerMayEndWhenItsWatchIsOver(t *testing.T) {
	t.Parallel()
	d := &endingDeployment{over: make(chan struct{})}
	d.log.Store("")
	c := &cell{Scheduler: &Scheduler{}, features: harness.Features{}}
	living, end := context.WithCancelCause(t.Context())
	defer end(nil)
	l := c.watch(living, end, d, start.Facts{}, launch{})
	l.close()
	close(d.over)
	l.close()
	if living.Err() != nil {
		t.Error(context.Cause(living))
	}
	if l = c.watch(living, end, d, start.Facts{Exited: true}, launch{}); l != nil || l.confirm(t.Context()) != nil {
		t.Error("a server that has ended at its start is watched")
	}
	l.close()
}
