package protocol

import (
	"fmt"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/resilience"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/handshake"
)

// Facts is what a check of the protocol saw.
type Facts struct {
	harness.StandAlone
	handshake.Seen

	Clause string                 `json:"clause"`                // the clause of the RFC
	After  resilience.HealthCheck `json:"after"`                 // the good client that came after it
	Exited bool                   `json:"exited,omitempty"`      // the server's process ended
	Status int                    `json:"exit_status,omitempty"` // its exit status
	Last   string                 `json:"last,omitempty"`        // what it logged of the cause, or last
}

func init() { harness.RegisterFacts(func() harness.Facts { return &Facts{} }) }

// Kind is "protocol".
func (f *Facts) Kind() string { return "protocol" }

// Outcome is what became of the client.
func (f *Facts) Outcome() harness.Outcome {
	switch {
	case f.Exited:
		return Crashed
	case f.Missed:
		return ""
	case f.Hello, len(f.Suites) > 0:
		return Agreed
	case f.Heartbeat:
		return HeartbeatSent
	case f.HTTP2, f.HTTP > 0 && f.HTTP < 400:
		return PlaintextAnswer
	case f.HTTP > 0:
		return PlaintextError
	case f.Other != "":
		return UnknownAnswer
	case f.Alert != nil, f.Sealed:
		return Alerted
	case f.Left:
		return ClientLeft
	}
	return map[connection.End]harness.Outcome{
		connection.EndClosed: harness.ClosedWithoutAlert, connection.EndReset: harness.ClosedWithoutAlert,
		connection.EndTimeout: harness.TimedOut, connection.EndDialRefused: harness.NothingListens, connection.EndClient: harness.FailedInClient,
	}[f.End]
}

// Record adds the alert and what was agreed to.
func (f *Facts) Record(e *harness.Evidenced) {
	if f.Alert != nil {
		e.Alert = f.Alert.String()
	}
	if f.Hello || len(f.Suites) > 0 {
		e.Negotiated = f.agreed()
	}
	_, e.Control = f.good()
}

func (f *Facts) agreed() string {
	if len(f.Suites) > 0 {
		return "TLS 1.2 " + strings.Join(f.Suites, ", ")
	}
	return fmt.Sprintf("TLS %s %s", f.Version, f.Cipher)
}

func (f *Facts) good() (served bool, words string) {
	return f.After.Outcome == harness.Served, fmt.Sprintf("a good client after it was %s%s", f.After.Outcome.Summary(), checks.Bracketed(f.After.Detail))
}

func (f *Facts) said() string {
	text := "it was " + f.Outcome().Summary()
	switch {
	case f.Exited:
		return fmt.Sprintf("the server ended with status %d%s", f.Status, checks.Bracketed(f.Last))
	case f.Hello, len(f.Suites) > 0:
		return text + checks.Bracketed(f.agreed())
	case f.Alert != nil:
		return text + checks.Bracketed(f.Alert.String())
	case f.Sealed:
		return text + " (encrypted)"
	case f.HTTP > 0:
		return text + checks.Bracketed(fmt.Sprintf("status %d", f.HTTP))
	case f.Other != "":
		return text + checks.Bracketed(f.Other)
	}
	return text + fmt.Sprintf(" after %.2f s", f.Seconds)
}

func (f *Facts) fits(want harness.Outcome, alerts []int) bool {
	saw := f.Outcome()
	switch want {
	case Refused:
		return saw == Alerted || saw == harness.ClosedWithoutAlert || saw == PlaintextError
	case NamedAlert: // an encrypted alert's code cannot be read
		return saw == Alerted && (alerts == nil || f.Alert == nil || slices.Contains(alerts, f.Alert.Code))
	case Answered:
		return saw == Agreed || saw == Alerted
	case Pending:
		return saw == harness.TimedOut || saw == Alerted || saw == harness.ClosedWithoutAlert
	case TurnedAway:
		return saw == PlaintextError || saw == PlaintextAnswer || saw == harness.ClosedWithoutAlert
	default:
		return saw == want
	}
}
