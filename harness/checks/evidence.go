package checks

import (
	"fmt"

	"milvus-tls-e2e/harness"
)

// Evidence is everything that Judge knows, apart from the wanted outcome.
type Evidence struct {
	Saw        harness.Facts
	Err        error         // why nothing was observed; nil when something was
	Control    harness.Facts // the repaired check; nil where none is needed
	ControlErr error         // why there is no control although one is needed

	ConfiguredCert     string   // SHA-256 of the certificate that the port should show
	ExpectedClientCert string   // SHA-256 of the leaf that the client should have sent; empty for none
	LogsRefusals       bool     // the release can log a refusal on this port, so the line must be there
	Names              []string // a NotStarted's cause must hold one of these, in any case
	Odd                string   // the component of a cluster that is configured otherwise than the rest
	Internal           bool     // TLS between components is configured
	HSTS               string   // the Strict-Transport-Security header that is configured; empty for none
	ReadySeconds       float64  // seconds until the deployment without the change was ready; 0 where it never was
}

// ControlServed reports whether the repaired attempt was served, and what came of it.
func (e Evidence) ControlServed() (bool, string) {
	switch {
	case e.ControlErr != nil:
		return false, fmt.Sprintf("the control could not be made: %v", e.ControlErr)
	case e.Control == nil:
		return false, "there is no control"
	}
	return e.Control.Control()
}

// ControlCause is why a control that was not served leaves the verdict open.
func (e Evidence) ControlCause() harness.Cause {
	if e.Control == nil {
		return harness.CauseNoControl
	}
	return harness.CauseControlFailed
}

// ConfirmWithControl confirms for a reason where the control was served, and leaves the
// verdict open elsewhere.
func (e Evidence) ConfirmWithControl(reason string) Ruling {
	served, control := e.ControlServed()
	if !served {
		return LeaveOpen(e.ControlCause(), reason+", but "+control)
	}
	return Confirm(reason + "; " + control)
}

// Describe returns the evidence as results.json keeps it.
func (e Evidence) Describe() *harness.Evidenced {
	if e.Saw == nil {
		return nil
	}
	d := &harness.Evidenced{Facts: e.Saw}
	if e.Control != nil || e.ControlErr != nil {
		_, d.Control = e.ControlServed()
	}
	e.Saw.Record(d)
	return d
}
