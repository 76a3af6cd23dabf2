package harness

// A ComparePorts makes one attempt at REST's port with the raw client, and holds
// against it what comes of the same attempt at gRPC's.
type ComparePorts struct{ Attempt Attempt }

// Resolve fills in the attempt as the topology says.
func (b ComparePorts) Resolve(t Topology) Check {
	b.Attempt.Client, b.Attempt.Port = Raw, HTTP
	b.Attempt = b.Attempt.resolve(t)
	return b
}

// Other is the same attempt at gRPC's port.
func (b ComparePorts) Other() Attempt {
	other := b.Attempt
	other.Port = GRPC
	return other
}

var _ = JudgedBy(judgeComparePorts, heldPorts)

// judgeComparePorts judges what came of it as what any client saw.
func judgeComparePorts(_ ComparePorts, want, saw Outcome, e Evidence) Ruling {
	return JudgeConnection(want, saw, e)
}

// Traits give the connection that it makes. The other is made at a port that is known.
func (b ComparePorts) Traits(t Topology) Traits {
	return Traits{Live: Live{Harmless: true, Attempts: []Attempt{b.Resolve(t).(ComparePorts).Attempt}}}
}

// heldPorts wants an answer of gRPC's port, and that may be a refusal.
func heldPorts(_ ComparePorts, _ Outcome, e Evidence) (bool, string) {
	if e.Control == nil {
		return e.ControlServed()
	}
	switch e.Control.Outcome() {
	case Served, RefusedNoCertificate, RefusedCertificate, RefusedProtocol, RefusedALPN, RefusedPlaintext, RefusedTLS,
		RefusedCredentials, NotOffered:
		return true, ""
	default:
		return e.ControlServed()
	}
}

// Subject gives the attempt's client and identity, at REST's port.
func (b ComparePorts) Subject() Subject {
	return Subject{Client: b.Attempt.Client, Port: b.Attempt.Port, Identity: b.Attempt.Identity}
}

// String says what is tried, for reports.
func (b ComparePorts) String() string { return b.Attempt.String() + ", and the same at grpc" }
