package rotation

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/connect"
)

// A Rotation makes an attempt at a server of its own whose files were replaced
// while it ran: its certificate and key by renewed ones of the same CA, and its
// CA file by one that holds a second CA besides.
type Rotation struct {
	Attempt   harness.Attempt
	Restarted bool // the server was started again since
}

// Resolve fills in the attempt as the topology says.
func (r Rotation) Resolve(t harness.Topology) harness.Check {
	r.Attempt = r.Attempt.In(t)
	return r
}

// Control is the attempt's control, at the same server and the same moment.
func (r Rotation) Control(t harness.Topology) (Rotation, bool) {
	control, needed := r.Attempt.Control(t)
	return Rotation{Attempt: control, Restarted: r.Restarted}, needed
}

var _ = checks.JudgedBy(judgeRotation)

// judgeRotation judges what came of it as what any client saw.
func judgeRotation(_ Rotation, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	return connect.JudgeConnection(want, saw, e)
}

// Traits give a server of its own, whose files are replaced.
func (r Rotation) Traits(t harness.Topology) harness.Traits {
	return harness.Traits{Phase: harness.PhaseAfterward, Servers: 1, Needs: r.Attempt.Traits(t).Needs}
}

// Subject gives the attempt's client, port and identity.
func (r Rotation) Subject() harness.Subject {
	return harness.Subject{Client: r.Attempt.Client, Port: r.Attempt.Port, Identity: r.Attempt.Identity}
}

// String says what is tried, for reports.
func (r Rotation) String() string {
	if r.Restarted {
		return r.Attempt.String() + ", after the server's files were replaced and it was started again"
	}
	return r.Attempt.String() + ", after the server's files were replaced while it ran"
}
