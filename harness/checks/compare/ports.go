package compare

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/connect"
)

// Ports makes one attempt at REST's port with the raw client, and holds
// against it what comes of the same attempt at gRPC's.
type Ports struct{ Attempt harness.Attempt }

// Resolve fills in the attempt for the topology.
func (b Ports) Resolve(t harness.Topology) harness.Check {
	b.Attempt.Client, b.Attempt.Port = harness.Raw, harness.HTTP
	b.Attempt = b.Attempt.In(t)
	return b
}

// Other is the same attempt at gRPC's port.
func (b Ports) Other() harness.Attempt {
	other := b.Attempt
	other.Port = harness.GRPC
	return other
}

var _ = checks.JudgedBy(func(_ Ports, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	return connect.Judge(want, saw, e)
}, heldPorts)

// Traits give the two connections that it makes.
func (b Ports) Traits(t harness.Topology) harness.Traits {
	b = b.Resolve(t).(Ports)
	return harness.Traits{Live: harness.Live{Harmless: true, Attempts: []harness.Attempt{b.Attempt}, Controls: []harness.Attempt{b.Other()}}}
}

// heldPorts wants an answer of gRPC's port, and that may be a refusal.
func heldPorts(_ Ports, _ harness.Outcome, e checks.Evidence) (bool, string) {
	if e.Control == nil {
		return e.ControlServed()
	}
	switch e.Control.Outcome() {
	case harness.Served, harness.RefusedNoCertificate, harness.RefusedCertificate, harness.RefusedProtocol, harness.RefusedALPN, harness.RefusedPlaintext, harness.RefusedTLS,
		harness.RefusedCredentials, harness.NotOffered:
		return true, ""
	default:
		return e.ControlServed()
	}
}

// Subject returns the attempt's client and identity, at REST's port.
func (b Ports) Subject() harness.Subject {
	return harness.Subject{Client: b.Attempt.Client, Port: b.Attempt.Port, Identity: b.Attempt.Identity}
}

func (b Ports) String() string { return b.Attempt.String() + ", and the same at grpc" }
