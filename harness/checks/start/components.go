package start

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
)

// Components is what a start showed of TLS between a server's components.
type Components struct {
	On  int `json:"on"`  // log lines that report internal TLS as enabled, with value=true
	Off int `json:"off"` // and with value=false

	Unwell []string `json:"unwell,omitempty"` // components of a cluster whose health addresses do not report them as healthy

	// Lines about TLS between components that point at the one of a cluster that is
	// configured otherwise, by the component whose log they are in.
	Named map[string]string `json:"named,omitempty"`

	Health int             `json:"health,omitempty"` // HTTP status of the health address; 0 without an answer
	Ports  []SurveyEntry   `json:"ports,omitempty"`  // what each internal port answered, in plaintext and over TLS
	Schema harness.Outcome `json:"schema,omitempty"` // what creating, listing, describing and dropping a collection came to; 0 where it was not tried
	Said   string          `json:"answer,omitempty"` // the client's error about that
}

// judgeComponents judges a start by what it showed of TLS between components.
func judgeComponents(at harness.Port, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	b := e.Saw.(*Facts)
	switch {
	case want == Unready:
		return judgeUnready(saw, e)
	case saw == NotStarted && want == InternalLogged:
		return checks.LeaveOpen(harness.CauseOtherOutcome, b.ended())
	case saw == NotStarted && want == Operable:
		return judgeUnready(saw, e)
	case saw == NotStarted && (want == OddShown || want == OddNamed):
		return judgeOddEnded(e)
	case saw == NotStarted: // it answers nothing, and that can be seen
		return e.ConfirmWithControl(b.ended())
	case b.Components == nil:
		return checks.LeaveOpen(harness.CauseNotObserved, "its components were not observed")
	}
	switch want {
	case InternalLogged:
		return b.Components.judgeLog(saw, e.Internal)
	case FailedClosed:
		return judgeFailedClosed(at, e)
	case UnreadyShown:
		return judgeUnreadyShown(saw, e)
	case OddShown:
		return judgeOddShown(e)
	case OddNamed:
		return judgeOddNamed(e)
	default: // Operable
		return judgeOperable(saw, e)
	}
}

// controlComponents returns what the control showed of its components; nil without such a
// control.
func controlComponents(e checks.Evidence) *Components {
	if b, start := e.Control.(*Facts); start {
		return b.Components
	}
	return nil
}

func (c *Components) judgeLog(saw harness.Outcome, on bool) checks.Ruling {
	said := fmt.Sprintf("its log says of internal TLS value=true %d times and value=false %d times", c.On, c.Off)
	switch {
	case on && c.On > 0 && c.Off == 0, !on && c.On == 0:
		return checks.Confirm(said)
	case on && c.On == 0 && saw == NeverReady:
		return checks.LeaveOpen(harness.CauseNotReady, said+", and it did not become ready")
	}
	return checks.Refute(said)
}

// judgeUnready judges a server that must not become ready. Only a logged reason about the defect
// distinguishes it from a server that is slow here.
func judgeUnready(saw harness.Outcome, e checks.Evidence) checks.Ruling {
	b := e.Saw.(*Facts)
	why, became := b.TLSError, fmt.Sprintf("it did not become ready within %.1f s", b.Seconds)
	switch saw {
	case NeverReady:
	case NotStarted:
		why, became = b.Cause, fmt.Sprintf("it ended with status %d", b.Status)
	default:
		return checks.Refute("it started and serves " + b.ServedSummary())
	}
	if why != "" && (len(e.Names) == 0 || holdsAny(why, e.Names)) {
		return e.ConfirmWithControl(became + ": " + why)
	}
	served, control := e.ControlServed()
	if !served {
		return checks.LeaveOpen(e.ControlCause(), became+", but "+control)
	}
	return checks.Refute(became + ", and nothing in its log says why; " + control)
}

// judgeFailedClosed wants the port of one component not to answer in plaintext,
// and the same port to answer over TLS where nothing is wrong.
func judgeFailedClosed(at harness.Port, e checks.Evidence) checks.Ruling {
	role := at.Component()
	i := slices.IndexFunc(e.Saw.(*Facts).Components.Ports, func(s SurveyEntry) bool { return s.Port == at && s.Transport == harness.TransportPlain })
	if i < 0 {
		return checks.LeaveOpen(harness.CauseNotObserved, fmt.Sprintf("the port of its %s was not asked", role))
	}
	seen := e.Saw.(*Facts).Components
	saw, closed := seen.Ports[i].Outcome, "does not answer in plaintext"
	if seen.mute(at) {
		saw, closed = harness.NothingListens, "answers no client, in plaintext or over TLS, while others of its components do"
	}
	ready, control := e.ControlServed()
	switch {
	case saw == harness.Served:
		return checks.Refute(fmt.Sprintf("its %s answers in plaintext", role))
	case saw == harness.TimedOut || saw == harness.FailedInClient || !saw.Valid():
		return checks.LeaveOpen(saw.Cause(), fmt.Sprintf("at the port of its %s a client in plaintext was %s", role, saw.Summary()))
	case !ready:
		return checks.LeaveOpen(e.ControlCause(), fmt.Sprintf("its %s %s, but %s", role, closed, control))
	case !controlComponents(e).overTLS(at):
		return checks.LeaveOpen(harness.CauseControlFailed, fmt.Sprintf("its %s %s, and does not answer over TLS where nothing is wrong", role, closed))
	}
	return checks.Confirm(fmt.Sprintf("its %s %s; where nothing is wrong it answers over TLS", role, closed))
}

// mute reports whether an internal port answered neither plaintext nor TLS while other
// components of the same process answered: the component listens and does not serve yet. If no
// port answered, the whole process may have been slow.
func (c *Components) mute(p harness.Port) bool {
	silent, others := 0, false
	for _, s := range c.Ports {
		switch {
		case s.Port != p:
			others = others || s.Outcome == harness.Served || s.Outcome == harness.RefusedTLS || s.Outcome == harness.RefusedPlaintext
		case s.Outcome == harness.TimedOut:
			silent++
		default:
			return false
		}
	}
	return silent > 1 && others
}

func (c *Components) overTLS(p harness.Port) bool {
	if c == nil {
		return false
	}
	for _, s := range c.Ports {
		if s.Port == p && s.Transport == harness.TransportTLS && s.Outcome == harness.Served {
			return true
		}
	}
	return false
}

const healthy = 200

func judgeUnreadyShown(saw harness.Outcome, e checks.Evidence) checks.Ruling {
	b := e.Saw.(*Facts)
	if saw != NeverReady {
		return checks.LeaveOpen(harness.CauseOtherOutcome, "it became ready, so that there was nothing to show")
	}
	reason := fmt.Sprintf("it did not become ready within %.1f s, and its health address answers with status %d", b.Seconds, b.Components.Health)
	if b.Components.Health == 0 {
		reason = fmt.Sprintf("it did not become ready within %.1f s, and its health address does not answer", b.Seconds)
	}
	ready, control := e.ControlServed()
	switch {
	case b.TLSError == "":
		return checks.LeaveOpen(harness.CauseOtherOutcome, reason+", but nothing in its log says that it never will be ready")
	case !ready:
		return checks.LeaveOpen(e.ControlCause(), reason+", but "+control)
	case controlComponents(e) == nil || controlComponents(e).Health != healthy:
		return checks.LeaveOpen(harness.CauseControlFailed, reason+", but that of a server that is ready does not say so")
	case b.Components.Health == healthy:
		return checks.Refute(reason + ", as that of a server that is ready does")
	}
	return checks.Confirm(reason + "; " + control)
}

// judgeOperable requires a server that works or reports that it does not.
func judgeOperable(saw harness.Outcome, e checks.Evidence) checks.Ruling {
	c := e.Saw.(*Facts).Components
	switch {
	case saw == NeverReady:
		return judgeUnready(saw, e)
	case c.Schema == harness.Served:
		return checks.Confirm("it became ready, and a collection was created, listed, described and dropped")
	}
	reason := fmt.Sprintf("it became ready, and creating a collection and dropping it was %s (%s)", c.Schema.Summary(), c.Said)
	ready, control := e.ControlServed()
	switch {
	case !ready:
		return checks.LeaveOpen(e.ControlCause(), reason+", but "+control)
	case controlComponents(e) == nil || controlComponents(e).Schema != harness.Served:
		return checks.LeaveOpen(harness.CauseControlFailed, reason+", and no better where nothing is wrong")
	}
	return checks.Refute(reason + "; where nothing is wrong it was served")
}

// judgeOddShown requires the component whose internal TLS differs from the others', and only
// that one, to report itself as unhealthy.
func judgeOddShown(e checks.Evidence) checks.Ruling {
	b := e.Saw.(*Facts)
	became := "the cluster became ready"
	if !b.Ready {
		became = fmt.Sprintf("the cluster did not become ready within %.1f s", b.Seconds)
	}
	served, control := e.ControlServed()
	switch {
	case !served:
		return checks.LeaveOpen(e.ControlCause(), became+", but "+control)
	case slices.Contains(b.Components.Unwell, e.Odd):
		return checks.Confirm(fmt.Sprintf("%s, and its %s does not say that it is well; %s", became, e.Odd, control))
	case len(b.Components.Unwell) > 0:
		return checks.Refute(fmt.Sprintf("%s, and its %s says that it is well, while %s does not", became, e.Odd, strings.Join(b.Components.Unwell, ", ")))
	}
	return checks.Refute(fmt.Sprintf("%s, and its %s says that it is well, as every other component does", became, e.Odd))
}

// judgeOddNamed wants a log line that points at the one component whose internal TLS is not
// that of the others, and none where nothing is wrong with it.
func judgeOddNamed(e checks.Evidence) checks.Ruling {
	b := e.Saw.(*Facts)
	served, control := e.ControlServed()
	switch {
	case !served:
		return checks.LeaveOpen(e.ControlCause(), "whether its "+e.Odd+" is named shows nothing, since "+control)
	case controlComponents(e) == nil:
		return checks.LeaveOpen(harness.CauseControlFailed, "nobody looked for its "+e.Odd+" in the logs of a cluster in which nothing is wrong")
	case len(b.Components.Named) == 0:
		return checks.Refute(fmt.Sprintf("no log of the cluster says of its %s that something is wrong with TLS; %s", e.Odd, control))
	}
	by := slices.DeleteFunc(slices.Sorted(maps.Keys(b.Components.Named)), func(name string) bool {
		return b.Components.Named[name] == controlComponents(e).Named[name]
	})
	if len(by) == 0 {
		return checks.Refute("logs say no more of its " + e.Odd + " than where nothing is wrong with it; " + control)
	}
	return checks.Confirm(fmt.Sprintf("the log of its %s names %s: %s; %s", strings.Join(by, ", "), e.Odd, b.Components.Named[by[0]], control))
}

// judgeOddEnded wants the component that ended to be the one that is not as the others are.
func judgeOddEnded(e checks.Evidence) checks.Ruling {
	b := e.Saw.(*Facts)
	if b.Component != e.Odd {
		return checks.Refute(fmt.Sprintf("%s, and not %s: %s", b.Component, e.Odd, b.ended()))
	}
	return e.ConfirmWithControl(b.Component + ": " + b.ended())
}
