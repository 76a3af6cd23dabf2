package harness

// Cause is why a verdict is inconclusive: what the proof lacks. The zero value is none:
// every other verdict has no cause.
type Cause int

// The causes.
const (
	_                      Cause = iota
	CauseNoControl               // there is nothing that what was seen could be held against
	CauseControlFailed           // the control was not served, so a refusal means nothing
	CauseNoAlert                 // the connection ended without the TLS alert that proves who refused it
	CauseNoLogLine               // the server logged nothing about the client, although the release can
	CauseCertNotSent             // the client did not send the certificate that the case is about
	CauseNoClientHello           // nothing of the client's reached the server
	CauseTimedOut                // no answer came within the bound
	CauseNotObserved             // the attempt could not be made
	CauseNotReady                // the server did not become ready within its bound
	CauseServerEnded             // the server ended while it was judged, or stopped serving
	CauseEngineLost              // the container engine lost the server
	CauseClientFailed            // the client gave up
	CauseOtherOutcome            // what was seen neither confirms nor refutes the claim
	CauseSlowMachine             // a server in which nothing is wrong was as slow
	CauseCaptureIncomplete       // the recording of the connection missed something, or there was none
	CauseRecipeFailed            // the recipe left no files
	CauseNoAccess                // the client does not reach Milvus, for which there is another finding
	CauseUnstable                // the same check came to several verdicts
	CauseCaseMisfit              // the case wants an outcome that a check of its kind cannot have
	causeEnd
)

var causeNames = [causeEnd]string{
	CauseNoControl:         "no-control",
	CauseControlFailed:     "control-failed",
	CauseNoAlert:           "no-alert",
	CauseNoLogLine:         "no-log-line",
	CauseCertNotSent:       "certificate-not-sent",
	CauseNoClientHello:     "no-client-hello",
	CauseTimedOut:          "timed-out",
	CauseNotObserved:       "not-observed",
	CauseNotReady:          "not-ready",
	CauseServerEnded:       "server-ended",
	CauseEngineLost:        "engine-lost",
	CauseClientFailed:      "client-failed",
	CauseOtherOutcome:      "other-outcome",
	CauseSlowMachine:       "slow-machine",
	CauseCaptureIncomplete: "capture-incomplete",
	CauseRecipeFailed:      "recipe-failed",
	CauseNoAccess:          "no-access",
	CauseUnstable:          "unstable",
	CauseCaseMisfit:        "case-misfit",
}

func (c Cause) String() string { return enumName(c, causeNames[:], "cause") }

// MarshalText writes the cause by name.
func (c Cause) MarshalText() ([]byte, error) { return enumMarshal(c, causeNames[:], "cause") }

// UnmarshalText reads a cause by name; an unknown name is an error.
func (c *Cause) UnmarshalText(b []byte) error { return enumUnmarshal(c, b, causeNames[:], "cause") }

// Verdict is the conclusion from one observation about one claim. The zero value, Unjudged, is a
// failure of the harness: a planned case without a verdict.
type Verdict int

// The verdicts.
const (
	Unjudged      Verdict = iota // planned and not judged: always red
	Confirmed                    // the server does as claimed
	Refuted                      // the server does otherwise
	Inconclusive                 // the proof is incomplete: always red
	NotApplicable                // the case cannot be asked here, for the reason given
)

const verdicts = int(NotApplicable) + 1

var verdictNames = [verdicts]string{
	Unjudged: "unjudged", Confirmed: "confirmed", Refuted: "refuted",
	Inconclusive: "inconclusive", NotApplicable: "not-applicable",
}

func (v Verdict) String() string {
	if v >= 0 && int(v) < verdicts {
		return verdictNames[v]
	}
	return enumName(v, verdictNames[:], "verdict")
}

// MarshalText writes the verdict by name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a verdict by name; an unknown name is an error.
func (v *Verdict) UnmarshalText(b []byte) error {
	if string(b) == verdictNames[Unjudged] {
		*v = Unjudged
		return nil
	}
	return enumUnmarshal(v, b, verdictNames[:], "verdict")
}
