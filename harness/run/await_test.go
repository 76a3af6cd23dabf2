package run

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// made is a server that took its provider a while to make, and that ends by itself
// some time after that, or never.
type made struct {
	fated
	over chan struct{}
}

func (m made) Exited() <-chan struct{} { return m.over }

// clocked is one whose provider knows when it began.
type clocked struct {
	made
	began time.Time
}

func (c clocked) Capabilities() deploy.Capabilities {
	return deploy.Capabilities{Ran: func() time.Duration { return time.Since(c.began) }}
}

// What a server takes to be made is none of the time that it has to end in.
func TestABoundCountsFromWhenTheServerRuns(t *testing.T) {
	certs := pkitest.CertSet(t)
	files, err := certs.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		making, known time.Duration // until the provider gives it, and how much of that it ran
		ends          time.Duration // after it was given; 0 for never
		settles       time.Duration // the cell's own server does, which was ready after as long
		exited        bool
		seconds       float64 // that it ran, or was watched
	}{
		"it ends, and was long in the making":            {making: 20 * time.Second, ends: 9 * time.Second, exited: true, seconds: 9},
		"it never ends, and was long in the making":      {making: 20 * time.Second, seconds: 12},
		"it never ends, and ran before it was given":     {making: 20 * time.Second, known: 4 * time.Second, seconds: 12},
		"it ends, and ran before it was given":           {making: 20 * time.Second, known: 4 * time.Second, ends: 5 * time.Second, exited: true, seconds: 9},
		"it never ends where others take longer":         {settles: 40 * time.Second, seconds: 40},
		"it never ends, and began later than others":     {making: 30 * time.Second, settles: 40 * time.Second, seconds: 40},
		"it ends where others take longer":               {settles: 40 * time.Second, ends: 25 * time.Second, exited: true, seconds: 25},
		"it ends later than others, and began later":     {making: 30 * time.Second, settles: 40 * time.Second, ends: 35 * time.Second, exited: true, seconds: 35},
		"it ran into its bound before it was given":      {making: 20 * time.Second, known: 15 * time.Second, seconds: 15 + idleAfter.Seconds()},
		"it ends at once, and was long in the making":    {making: 20 * time.Second, ends: time.Second, exited: true, seconds: 1},
		"it never ends where others took no time at all": {making: time.Second, settles: time.Second, seconds: 12},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				s := &Scheduler{Config: Config{Bounds: Bounds{Ready: 4 * time.Minute}}, boots: make(chan struct{}, 1)}
				c := &cell{Scheduler: s, certs: certs, files: files, recorder: newWireRecorder(), settled: make(chan struct{})}
				settle := func() {
					c.boot = start.Facts{Ready: true, Seconds: tt.settles.Seconds()}
					close(c.settled)
				}
				if tt.settles == 0 {
					close(c.settled)
				} else {
					time.AfterFunc(tt.settles, settle)
				}
				s.boots <- struct{}{}
				_, boot, err := c.start(t.Context(), launch{
					Spec: deploy.Spec{Name: "a server", Files: pki.ServerFiles{Dir: dir}}, within: start.Bound + 2,
					by: func(context.Context, deploy.Spec) (deploy.Deployment, error) {
						<-time.After(tt.making)
						d := made{over: make(chan struct{})}
						if tt.ends > 0 {
							time.AfterFunc(tt.ends, func() { close(d.over) })
						}
						if tt.known > 0 {
							return clocked{made: d, began: time.Now().Add(-tt.known)}, nil
						}
						return d, nil
					},
				})
				if err != nil || boot.Ready || boot.Exited != tt.exited {
					t.Fatalf("it came to %+v, %v", boot, err)
				}
				if off := boot.Seconds - tt.seconds; off < 0 || off > 0.3 {
					t.Errorf("it ran for %.1f s, want %.1f s", boot.Seconds, tt.seconds)
				}
			})
		})
	}
}
