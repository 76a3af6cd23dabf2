// Package rotation is about attempts at a server whose files were replaced.
package rotation

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/connect"
)

// A Check makes an attempt at a server whose files were replaced while it ran: its certificate
// and key by renewed ones of the same CA, and its CA file by one with an additional CA.
type Check struct {
	Attempt   harness.Attempt
	Restarted bool // the server was started again since
}

// Resolve fills in the attempt for the topology.
func (r Check) Resolve(t harness.Topology) harness.Check {
	r.Attempt = r.Attempt.In(t)
	return r
}

// Control is the attempt's control, at the same server and the same moment.
func (r Check) Control(t harness.Topology) (Check, bool) {
	control, needed := r.Attempt.Control(t)
	return Check{Attempt: control, Restarted: r.Restarted}, needed
}

var _ = checks.JudgedBy(func(_ Check, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	return connect.Judge(want, saw, e)
})

// Traits give a server of its own, whose files are replaced.
func (r Check) Traits(t harness.Topology) harness.Traits {
	return harness.Traits{Phase: harness.PhaseAfterward, Servers: 1, Needs: r.Attempt.Traits(t).Needs}
}

// Subject returns the attempt's client, port and identity.
func (r Check) Subject() harness.Subject {
	return harness.Subject{Client: r.Attempt.Client, Port: r.Attempt.Port, Identity: r.Attempt.Identity}
}

func (r Check) String() string {
	if r.Restarted {
		return r.Attempt.String() + ", after the server's files were replaced and it was started again"
	}
	return r.Attempt.String() + ", after the server's files were replaced while it ran"
}
