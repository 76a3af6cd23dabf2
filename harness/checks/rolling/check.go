// Package rolling is about what a cluster shows while its components are replaced one
// after the other: by another release, or by the same with another configuration.
package rolling

import "milvus-tls-e2e/harness"

// A Check is a look at one thing throughout such a change.
type Check struct {
	Change Change
	Aspect Aspect
}

// Change is what becomes of each component in its turn.
type Change string

// The changes.
const (
	Release    Change = "release"      // another release takes over, in a rolling upgrade
	InternalOn Change = "internal-tls" // TLS between components is switched on
	InternalCA Change = "internal-ca"  // TLS between components goes over to another CA, through a file that holds both
	ClientCA   Change = "client-ca"    // the CA of clients is replaced, through a file that holds both
)

var changeWords = map[Change]string{
	Release:    "replacing the components by those of another release, one after the other",
	InternalOn: "switching TLS between components on, one component after the other",
	InternalCA: "going over to another CA between components, one component after the other",
	ClientCA:   "going over to another CA of clients, one proxy after the other",
}

// Aspect is what is looked at after each step.
type Aspect string

// The aspects.
const (
	Starts   Aspect = "starts"   // each component that was restarted says that it is well, and none ends
	Serves   Aspect = "serves"   // each client that stays connected is served again
	Works    Aspect = "works"    // a collection can be created, described and dropped
	Encrypts Aspect = "encrypts" // no port answers in plaintext that is to speak TLS alone
)

var aspectWords = map[Aspect]string{
	Starts:   "whether each is well after it",
	Serves:   "whether clients are served after each step",
	Works:    "whether collections can be made and dropped after each step",
	Encrypts: "what each port speaks after each step",
}

// Resolve returns the check itself: it leaves nothing to the topology.
func (c Check) Resolve(harness.Topology) harness.Check { return c }

// Traits are those of an upgrade, or a cluster of the check's own.
func (c Check) Traits(harness.Topology) harness.Traits {
	if c.Change == Release {
		return harness.Traits{Phase: harness.PhaseUpgraded}
	}
	return harness.Traits{Phase: harness.PhaseAfterward, Servers: 1, Stops: true}
}

// Subject returns the client that stays connected, at gRPC's port.
func (c Check) Subject() harness.Subject {
	client := harness.Raw
	if c.Aspect == Serves || c.Aspect == Works {
		client = harness.Go
	}
	return harness.Subject{Client: client, Port: harness.GRPC, Identity: harness.Good}
}

func (c Check) String() string { return changeWords[c.Change] + ", " + aspectWords[c.Aspect] }
