package run

import (
	"context"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/access"
	"milvus-tls-e2e/harness/checks/certificate"
	"milvus-tls-e2e/harness/dataset"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/probe"
	"milvus-tls-e2e/harness/results"
)

// Config is what a run is made of.
type Config struct {
	Plan       plan.Plan
	Claims     []harness.Claim
	Topologies []harness.Topology
	Providers  map[string]deploy.Provider     // by name
	Probes     map[harness.Client]probe.Probe // nil for probe.All, which has no client in another language
	CertSet    *pki.CertSet
	Recipes    []pki.Recipe                   // how the pages make certificates
	Dir        string                         // the run's folder
	Selected   func(i int) bool               // which entries of the plan are judged; nil for all
	Progress   func(Event)                    // told as things happen; may be nil
	Reproduce  func(plan.Planned) string      // the command that judges one entry again
	Known      []results.Expectation          // refutations that are expected
	Log        func(name string, text []byte) // given each server's log when it has ended; may be nil
	Keep       func(deploy.Deployment) bool   // told of each cell whose results are red; true leaves it running
	Manifest   func(string) ([]byte, error)   // gives the manifest that a Change names; nil where none does
	Cells      int                            // how many cells run at once
	Boots      int                            // how many servers boot at once
	Soak       int                            // how often a check that must be refused is made and judged; 0 and 1 mean once
	Bounds     Bounds
	Oracle     Oracle                   // says which client chains a Go release accepts; nil for ThisGo
	Took       map[harness.Cell]float64 // seconds that cells took in an earlier run of the same plan; nil where none is known
	Data       dataset.Set              // what an upgrade must keep; nil for dataset.Standard

	// What a deployment that already runs needs otherwise; the zero values are
	// for servers that the run starts itself.
	Files   ClientFiles                 // where clients that read files find them; nil has the certificate set written into Dir
	Users   probe.Credentials           // the right login
	Scratch string                      // begins the names of the collections that attempts make
	Pace    func(context.Context) error // waits until the next attempt may be made; attempts are then made one at a time
	Entry   Entry                       // what is known of the client's way to it; nil where that needs no asking
}

// An Entry is what is known of the client's way to a deployment that already runs before
// anything else is asked of it.
type Entry interface {
	// Access gives what a port showed.
	Access(harness.Port) (*access.Facts, error)
	// Obstacle says why a check would show nothing about what is wanted of it; nil where
	// nothing is in its way.
	Obstacle(l harness.Check, want harness.Outcome) error
	// Past says past which finding attempts are made; empty where past none.
	Past() string
	// CAs gives those of a file, or why there are none to be examined.
	CAs(harness.Authority) (all []certificate.Certificate, why string, err error)
	// Gone is told of a port where nobody listens any more, although it answered before.
	Gone(error)
}

// ClientFiles says where clients that read files find what they need.
type ClientFiles interface {
	// Trust gives the path of what a client trusts.
	Trust(harness.TrustStore) string
	// Client gives the paths of an identity's certificate and key.
	Client(identity string) (certPath, keyPath string)
}

// Bounds are how long things may take.
type Bounds struct {
	Ready           time.Duration // a server, until a control data call succeeds
	Attempt         time.Duration // one attempt
	Data            time.Duration // one whole data path
	Log             time.Duration // the server's log line about a refusal
	Stuck           time.Duration // a server whose components cannot reach each other, until it says so: real ones of 2.5 and 2.6 are ready within 4 s where nothing is wrong
	InternalTrouble time.Duration // a server, from when it says that its components refuse each other until it is taken not to become ready

	Resilience time.Duration // one client of a resilience check, good or hostile
	Alive      time.Duration // a server that was observed, until it has answered once more

	// In an upgrade:
	Write  time.Duration // writing the data set, and reading it back
	Drop   time.Duration // a server that is about to be stopped, until it has released what was dropped
	Load   time.Duration // a server that took over, until it has loaded every collection
	Resume time.Duration // a client that stayed connected, until it is served by a server that can
}

// DefaultBounds are wide: a bound that is reached is a finding or a failure of
// the harness, never a way of waiting. On two cores at a load of 37 a Java
// client's first attempt was seen to take 40 s, a server's boot 29 s, and the end
// of one that had crashed 5 s.
var DefaultBounds = Bounds{Ready: 4 * time.Minute, Attempt: time.Minute, Data: 4 * time.Minute, Log: 5 * time.Second, Stuck: 30 * time.Second, InternalTrouble: 3 * time.Second,
	Resilience: 30 * time.Second, Alive: 30 * time.Second,
	Write: 4 * time.Minute, Drop: time.Minute, Load: 4 * time.Minute, Resume: 10 * time.Second}

// Event is one thing that happened, for whoever follows the run.
type Event struct {
	Cell    harness.Cell
	What    string // "booting", "ready", "judged", ...
	Seconds float64
	Results []results.Result // with "judged": the cell's
}
