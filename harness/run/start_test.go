package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/harness/plan"
)

// A cause names the file when it holds the setting, the path or its kind.
func TestNamesOfAFile(t *testing.T) {
	for _, f := range []harness.File{harness.ServerCert, harness.ServerKey, harness.CACert,
		harness.EtcdCert, harness.EtcdKey, harness.EtcdCA, harness.StoreCA} {
		got := names(harness.ConfigChange{File: f, Defect: harness.Missing})
		if !slices.Contains(got, string(f)) || !slices.Contains(got, milvus.SettingFor(f)) {
			t.Errorf("%s is named by %q", f, got)
		}
	}
	if got := names(harness.ConfigChange{Key: "k", Value: "v"}); got != nil {
		t.Errorf("a setting is named by %q, and any reason does", got)
	}
}

// fated is a server that has ended, perhaps not by itself.
type fated struct {
	deploy.Deployment
	lost error
}

func (fated) Exited() <-chan struct{} {
	over := make(chan struct{})
	close(over)
	return over
}
func (fated) Status() int                      { return 255 }
func (fated) Addr(harness.Port) string         { return "127.0.0.1:0" }
func (fated) Log(int64) ([]byte, int64, error) { return nil, 0, nil }
func (f fated) Capabilities() deploy.Capabilities {
	return deploy.Capabilities{Lost: func() error { return f.lost }}
}

// What ended a server's machine proves nothing about the server.
func TestLostServerIsNoneThatEnded(t *testing.T) {
	certs := pkitest.CertSet(t)
	s := &Scheduler{Config: Config{Bounds: Bounds{Ready: time.Minute}}, boots: make(chan struct{}, 1)}
	files, err := certs.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c := &cell{Scheduler: s, certs: certs, files: files, recorder: newWireRecorder()}
	for _, lost := range []error{nil, errors.New("the engine has gone")} {
		s.boots <- struct{}{}
		_, boot, err := c.start(t.Context(), launch{
			Spec: deploy.Spec{Name: "a server", Files: pki.ServerFiles{Dir: t.TempDir()}},
			by:   func(context.Context, deploy.Spec) (deploy.Deployment, error) { return fated{lost: lost}, nil },
		})
		if !boot.Exited || !errors.Is(err, lost) {
			t.Errorf("lost by %v, it came to %+v, %v", lost, boot, err)
		}
	}
}

// A doomed server ends when it is told to.
type doomed struct {
	fated
	over chan struct{}
}

func (d doomed) Exited() <-chan struct{} { return d.over }

// On a slow machine a server that is to end has as long for it as the cell's own
// has to get ready.
func TestWhatIsToEndIsGivenTheTimeThatOthersObserve(t *testing.T) {
	certs := pkitest.CertSet(t)
	files, err := certs.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, ends := range []bool{true, false} {
		t.Run(fmt.Sprintf("it ends: %v", ends), func(t *testing.T) {
			t.Parallel()
			s := &Scheduler{Config: Config{Bounds: Bounds{Ready: time.Minute}}, boots: make(chan struct{}, 1)}
			c := &cell{Scheduler: s, certs: certs, files: files, recorder: newWireRecorder(), settled: make(chan struct{})}
			d := doomed{over: make(chan struct{})}
			later := map[bool]chan struct{}{true: d.over, false: c.settled}[ends]
			s.boots <- struct{}{}
			go func() {
				s.boots <- struct{}{} // it has given up its place, and its own time is over
				time.AfterFunc(200*time.Millisecond, func() { close(later) })
			}()
			_, boot, err := c.start(t.Context(), launch{
				Spec: deploy.Spec{Name: "a server", Files: pki.ServerFiles{Dir: t.TempDir()}}, within: 0.01,
				by: func(context.Context, deploy.Spec) (deploy.Deployment, error) { return d, nil },
			})
			if err != nil || boot.Ready || boot.Exited != ends {
				t.Errorf("it came to %+v, %v", boot, err)
			}
		})
	}
}

// A server of any honesty is ready in one of these ways, and the configured
// one comes first.
func TestWaysIn(t *testing.T) {
	for mode, first := range map[int]harness.Transport{0: harness.TransportPlain, 1: harness.TransportTLS, 2: harness.TransportTLS, 3: harness.TransportPlain} {
		ways := waysIn(harness.Topology{Mode: mode})
		wires := map[harness.Transport]bool{}
		for i, w := range ways {
			wires[w.Transport] = true
			if slices.Contains(ways[:i], w) {
				t.Errorf("mode %d: %s is tried twice", mode, w)
			}
		}
		if ways[0].Transport != first || !wires[harness.TransportPlain] || !wires[harness.TransportTLS] {
			t.Errorf("mode %d: %v", mode, ways)
		}
	}
}

func TestSizesResolveAnyMachine(t *testing.T) {
	if BootsAtOnce() < 2 || CellsAtOnce() < 1 || attemptsAtOnce() < 2 {
		t.Errorf("boots %d, cells %d, attempts %d", BootsAtOnce(), CellsAtOnce(), attemptsAtOnce())
	}
}

// What takes longest by its own bound is begun first.
func TestWithinOfACell(t *testing.T) {
	slow, quick := harness.Cell{Version: "1", Topology: "a"}, harness.Cell{Version: "1", Topology: "b"}
	s := &Scheduler{
		Config: Config{
			Claims: []harness.Claim{{ID: "c", Cases: []harness.Case{
				{Name: "given up", Check: start.Check{Within: 12}}, {Name: "an attempt", Check: harness.Attempt{}},
			}}},
			Plan: plan.Plan{Cases: []plan.Planned{
				{Cell: slow, Claim: "c", Case: "an attempt"}, {Cell: slow, Claim: "c", Case: "given up"},
				{Cell: quick, Claim: "c", Case: "an attempt"}, {Cell: quick, Claim: "c", Case: "given up", Reason: "does not apply"},
			}},
		},
		index: map[harness.Cell][]int{slow: {0, 1}, quick: {2, 3}},
	}
	for range s.Plan.Cases {
		s.done = append(s.done, make(chan struct{}))
	}
	close(s.done[3])
	if s.within(slow) != 12 || s.within(quick) != 0 {
		t.Errorf("within %v and %v", s.within(slow), s.within(quick))
	}
}
