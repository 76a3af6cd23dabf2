package rotation

import (
	"fmt"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/rolling"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/pki"
)

// Traffic is a look at a server whose files are replaced, and which is then started again,
// while clients go on asking.
type Traffic struct {
	Manner Manner
	Aspect Aspect
	// Whole takes it step by step, with a restart after each: the server's certificate is
	// renewed, a second CA is added, and one is removed. Otherwise the certificate is renewed
	// and one of two CAs removed in one step.
	Whole bool
}

// Name is what is done, for the names of cases and servers.
func (l Traffic) Name() string {
	if l.Whole {
		return "step by step, by " + string(l.Manner)
	}
	return "by " + string(l.Manner)
}

// Manner is how files are replaced.
type Manner string

// The manners.
const (
	ByLink   Manner = "link"   // as Kubernetes does it: the link ..data leads to another folder
	ByRename Manner = "rename" // another file takes the name
	ByCopy   Manner = "copy"   // the file is truncated and written into
)

// Aspect is what is looked at.
type Aspect string

// The aspects.
const (
	Undisturbed Aspect = "undisturbed" // clients are served without an error until the restart
	Resumes     Aspect = "resumes"     // each client is served again after it
	LocksOut    Aspect = "locks-out"   // clients of the CA that was removed are not
)

// Resolve returns the check itself: it leaves nothing to the topology.
func (l Traffic) Resolve(harness.Topology) harness.Check { return l }

// Traits give a server of its own, whose files are replaced.
func (l Traffic) Traits(harness.Topology) harness.Traits {
	return harness.Traits{Phase: harness.PhaseAfterward, Servers: 1}
}

// Subject returns the client that stays connected, or the one that has to be refused.
func (l Traffic) Subject() harness.Subject {
	if l.Aspect == LocksOut {
		return harness.Subject{Client: harness.Raw, Port: harness.GRPC, Identity: pki.ForeignCA}
	}
	return harness.Subject{Client: harness.Go, Port: harness.GRPC, Identity: harness.Good}
}

func (l Traffic) String() string {
	return fmt.Sprintf("replacing the files of a server under traffic %s, and starting it again: %s", l.Name(), l.Aspect)
}

// Facts is what clients met while files were replaced and the server was started again.
type Facts struct {
	harness.StandAlone

	Aspect Aspect `json:"aspect"` // what is looked at
	Manner Manner `json:"manner"` // how files were replaced
	Steps  []Step `json:"steps"`
}

// A Step is one replacement of files, the restart after it, and what clients met.
type Step struct {
	Pass     string           `json:"pass"`              // what the files are replaced by
	Running  []Client         `json:"running,omitempty"` // until the restart
	Shutdown harness.Shutdown `json:"shutdown"`          // how the server was stopped
	Seconds  float64          `json:"seconds"`           // from then until the one that was started in its place was ready
	Downtime []Client         `json:"downtime,omitempty"`
	Removed  *Removed         `json:"removed,omitempty"` // clients of the CA that was removed in this step
}

// A Client is one that goes on asking, and what it met.
type Client struct {
	connection.Outage

	Unanswered int `json:"unanswered,omitempty"` // calls that had no answer in time, which are among the errors
}

// Removed is what became of the clients of a CA that was removed.
type Removed struct {
	Running map[string]int                   `json:"running"`           // how often each was served until the restart
	After   map[string]int                   `json:"after"`             // and after it
	Refusal map[harness.Port]harness.Outcome `json:"refusal,omitempty"` // what a client that connects after it came to, by port
	Control map[harness.Port]harness.Outcome `json:"control,omitempty"` // and one of the CA that is trusted
}

func init() { harness.RegisterFacts(func() harness.Facts { return &Facts{} }) }

// Kind is "rotation".
func (f *Facts) Kind() string { return "rotation" }

// Outcome is whether it was so at every step.
func (f *Facts) Outcome() harness.Outcome {
	switch {
	case len(f.Steps) == 0:
		return ""
	case len(f.lapses()) > 0:
		return rolling.Lapsed
	}
	return rolling.Throughout
}

// lapses says when it was not so, in words.
func (f *Facts) lapses() (all []string) {
	for _, s := range f.Steps {
		for _, what := range s.lapses(f.Aspect) {
			all = append(all, s.Pass+": "+what)
		}
	}
	return all
}

func (s Step) lapses(of Aspect) (all []string) {
	switch of {
	case Undisturbed:
		for _, c := range s.Running {
			if met := c.failures(); met > 0 {
				all = append(all, fmt.Sprintf("%s met errors before the restart (%s)", c.Client, c.ErrorsSummary()))
			}
		}
	case Resumes:
		for _, c := range s.Downtime {
			if c.Never {
				all = append(all, fmt.Sprintf("%s was not served again within %.0f s (%s)", c.Client, c.Refused, c.ErrorsSummary()))
			}
		}
	case LocksOut:
		if s.Removed != nil {
			all = s.Removed.served()
		}
	}
	return all
}

// failures counts the errors that are more than an answer that was slow.
func (c Client) failures() int {
	met := -c.Unanswered
	for _, n := range c.Errors {
		met += n
	}
	return met
}

// served says which clients of the CA that was removed were served after the restart.
func (r Removed) served() (all []string) {
	for name, n := range r.After {
		if n > 0 {
			all = append(all, fmt.Sprintf("%s of the removed CA was served %d times after the restart", name, n))
		}
	}
	for port, o := range r.Refusal {
		if o == harness.Served {
			all = append(all, fmt.Sprintf("a client of the removed CA that connects to %s after the restart is served", port))
		}
	}
	slices.Sort(all)
	return all
}

// open says why what was seen proves nothing; empty where it does.
func (f *Facts) open() (cause harness.Cause, why string) {
	for _, s := range f.Steps {
		for _, c := range s.Running {
			if f.Aspect == Undisturbed && (c.Unanswered > 0 || c.Never) {
				return harness.CauseTimedOut, fmt.Sprintf("%s: %s had no answer in time before the restart (%s)", s.Pass, c.Client, c.ErrorsSummary())
			}
		}
		if f.Aspect != LocksOut || s.Removed == nil {
			continue
		}
		for port, o := range s.Removed.Control {
			if o != harness.Served {
				return harness.CauseControlFailed, fmt.Sprintf("a client of the CA that is trusted was %s at %s", o.Summary(), port)
			}
		}
		for port, o := range s.Removed.Refusal {
			if o != harness.RefusedCertificate {
				return o.Cause(), fmt.Sprintf("a client of the removed CA was %s at %s", o.Summary(), port)
			}
		}
	}
	return 0, ""
}

// summary says how long clients were not served, and how those of a removed CA fared.
func (f *Facts) summary() string {
	var all []string
	for _, s := range f.Steps {
		var most Client
		for _, c := range s.Downtime {
			if most.Client == "" || c.Refused > most.Refused {
				most = c
			}
		}
		switch {
		case f.Aspect == LocksOut && s.Removed != nil:
			all = append(all, fmt.Sprintf("clients of the removed CA were served %d times until the restart, and never after it", s.Removed.until()))
		case f.Aspect == Resumes:
			all = append(all, fmt.Sprintf("%s: %.0f ms without a served call (%s, %s), of which the server was not ready for %.0f ms",
				s.Pass, 1000*most.Refused, most.Client, most.ErrorsSummary(), 1000*s.Seconds))
		case f.Aspect == Undisturbed:
			n := 0
			for _, c := range s.Running {
				n += c.Calls
			}
			all = append(all, fmt.Sprintf("%s: %d calls without an error", s.Pass, n))
		}
	}
	return strings.Join(all, "; ")
}

func (r Removed) until() (n int) {
	for _, served := range r.Running {
		n += served
	}
	return n
}

var _ = checks.JudgedBy(judge)

func judge(l Traffic, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	f := e.Saw.(*Facts)
	switch {
	case !saw.Valid() || !f.seen():
		return checks.LeaveOpen(harness.CauseNotObserved, "nothing was observed of it")
	case want != rolling.Throughout:
		return checks.LeaveOpen(harness.CauseCaseMisfit, "files that are replaced cannot come to "+want.String())
	case saw == rolling.Lapsed:
		return checks.Refute(strings.Join(f.lapses(), "; "))
	}
	if cause, why := f.open(); why != "" {
		return checks.LeaveOpen(cause, why)
	}
	return checks.Confirm(f.summary())
}

// seen reports whether anybody looked at the aspect at all.
func (f *Facts) seen() bool {
	return slices.ContainsFunc(f.Steps, func(s Step) bool {
		switch f.Aspect {
		case Undisturbed:
			return len(s.Running) > 0
		case Resumes:
			return len(s.Downtime) > 0
		default:
			return s.Removed != nil && len(s.Removed.Refusal) > 0
		}
	})
}
