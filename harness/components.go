package harness

import (
	"fmt"
	"slices"
)

// Components is what a start showed of TLS between a server's components.
type Components struct {
	On  int `json:"on"`  // log lines that say that internal TLS is enabled, with value=true
	Off int `json:"off"` // and with value=false

	Health int           `json:"health,omitempty"` // HTTP status of the health address; 0 where nobody answered
	Ports  []SurveyEntry `json:"ports,omitempty"`  // what each internal port answered, in plaintext and over TLS
	Schema Outcome       `json:"schema,omitempty"` // what creating, listing, describing and dropping a collection came to; 0 where it was not tried
	Said   string        `json:"answer,omitempty"` // what the client said about that
}

// judgeComponents judges a start by what it showed of TLS between components.
func judgeComponents(at Port, want, saw Outcome, e Evidence) Ruling {
	b := e.Saw.(*StartResult)
	switch {
	case want == Unready:
		return judgeUnready(saw, e)
	case saw == NotStarted && want == InternalLogged:
		return LeaveOpen(CauseOtherOutcome, b.ended())
	case saw == NotStarted && want == Operable:
		return judgeUnready(saw, e)
	case saw == NotStarted: // it answers nothing, and whoever looks sees that
		return e.ConfirmWithControl(b.ended())
	case b.Components == nil:
		return LeaveOpen(CauseNotObserved, "nobody looked at its components")
	}
	switch want {
	case InternalLogged:
		return b.Components.judgeLog(saw, e.Internal)
	case FailedClosed:
		return judgeFailedClosed(at, e)
	case UnreadyShown:
		return judgeUnreadyShown(saw, e)
	default: // Operable
		return judgeOperable(saw, e)
	}
}

// controlComponents gives what the control showed of its components; nil where it is none of a
// start, or nobody looked.
func controlComponents(e Evidence) *Components {
	if b, start := e.Control.(*StartResult); start {
		return b.Components
	}
	return nil
}

// judgeLog holds what the log says against what is configured.
func (c *Components) judgeLog(saw Outcome, on bool) Ruling {
	said := fmt.Sprintf("its log says of internal TLS value=true %d times and value=false %d times", c.On, c.Off)
	switch {
	case on && c.On > 0 && c.Off == 0, !on && c.On == 0:
		return Confirm(said)
	case on && c.On == 0 && saw == NeverReady:
		return LeaveOpen(CauseNotReady, said+", and it did not become ready")
	}
	return Refute(said)
}

// judgeUnready judges a server that is right not to become ready. Only a reason
// that is about the defect tells it from a server that is slow here.
func judgeUnready(saw Outcome, e Evidence) Ruling {
	b := e.Saw.(*StartResult)
	why, became := b.TLSError, fmt.Sprintf("it did not become ready within %.1f s", b.Seconds)
	switch saw {
	case NeverReady:
	case NotStarted:
		why, became = b.Cause, fmt.Sprintf("it ended with status %d", b.Status)
	default:
		return Refute("it started and serves " + b.ServedSummary())
	}
	if why != "" && (len(e.Names) == 0 || holdsAny(why, e.Names)) {
		return e.ConfirmWithControl(became + ": " + why)
	}
	served, control := e.ControlServed()
	if !served {
		return LeaveOpen(e.ControlCause(), became+", but "+control)
	}
	return Refute(became + ", and nothing in its log says why; " + control)
}

// judgeFailedClosed wants the port of one component not to answer in plaintext,
// and the same port to answer over TLS where nothing is wrong.
func judgeFailedClosed(at Port, e Evidence) Ruling {
	role := at.Component()
	i := slices.IndexFunc(e.Saw.(*StartResult).Components.Ports, func(s SurveyEntry) bool { return s.Port == at && s.Transport == TransportPlain })
	if i < 0 {
		return LeaveOpen(CauseNotObserved, fmt.Sprintf("the port of its %s was not asked", role))
	}
	saw := e.Saw.(*StartResult).Components.Ports[i].Outcome
	ready, control := e.ControlServed()
	switch {
	case saw == Served:
		return Refute(fmt.Sprintf("its %s answers in plaintext", role))
	case saw == TimedOut || saw == FailedInClient || !saw.Valid():
		return LeaveOpen(saw.Cause(), fmt.Sprintf("at the port of its %s a client in plaintext was %s", role, saw.Summary()))
	case !ready:
		return LeaveOpen(e.ControlCause(), fmt.Sprintf("its %s does not answer in plaintext, but %s", role, control))
	case !controlComponents(e).overTLS(at):
		return LeaveOpen(CauseControlFailed, fmt.Sprintf("its %s does not answer in plaintext, and does not answer over TLS where nothing is wrong", role))
	}
	return Confirm(fmt.Sprintf("its %s does not answer in plaintext; where nothing is wrong it answers over TLS", role))
}

// overTLS tells whether an internal port was seen to answer over TLS.
func (c *Components) overTLS(p Port) bool {
	if c == nil {
		return false
	}
	for _, s := range c.Ports {
		if s.Port == p && s.Transport == TransportTLS && s.Outcome == Served {
			return true
		}
	}
	return false
}

const healthy = 200

func judgeUnreadyShown(saw Outcome, e Evidence) Ruling {
	b := e.Saw.(*StartResult)
	if saw != NeverReady {
		return LeaveOpen(CauseOtherOutcome, "it became ready, so that there was nothing to show")
	}
	reason := fmt.Sprintf("it did not become ready within %.1f s, and its health address answers with status %d", b.Seconds, b.Components.Health)
	if b.Components.Health == 0 {
		reason = fmt.Sprintf("it did not become ready within %.1f s, and its health address does not answer", b.Seconds)
	}
	ready, control := e.ControlServed()
	switch {
	case b.TLSError == "":
		return LeaveOpen(CauseOtherOutcome, reason+", but nothing in its log says that it never will be ready")
	case !ready:
		return LeaveOpen(e.ControlCause(), reason+", but "+control)
	case controlComponents(e) == nil || controlComponents(e).Health != healthy:
		return LeaveOpen(CauseControlFailed, reason+", but that of a server that is ready does not say so")
	case b.Components.Health == healthy:
		return Refute(reason + ", as that of a server that is ready does")
	}
	return Confirm(reason + "; " + control)
}

// judgeOperable wants a server that works, or says that it does not.
func judgeOperable(saw Outcome, e Evidence) Ruling {
	c := e.Saw.(*StartResult).Components
	switch {
	case saw == NeverReady:
		return judgeUnready(saw, e)
	case c.Schema == Served:
		return Confirm("it became ready, and a collection was created, listed, described and dropped")
	}
	reason := fmt.Sprintf("it became ready, and creating a collection and dropping it was %s (%s)", c.Schema.Summary(), c.Said)
	ready, control := e.ControlServed()
	switch {
	case !ready:
		return LeaveOpen(e.ControlCause(), reason+", but "+control)
	case controlComponents(e) == nil || controlComponents(e).Schema != Served:
		return LeaveOpen(CauseControlFailed, reason+", and no better where nothing is wrong")
	}
	return Refute(reason + "; where nothing is wrong it was served")
}
