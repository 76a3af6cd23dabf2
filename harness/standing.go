package harness

import (
	"fmt"
	"slices"
)

// Standing is what a deployment that already runs may be asked, and with what.
type Standing struct {
	Ports  []Port  // whose addresses are known
	Trusts []Trust // the trust files that there are
	Writes bool    // a scratch collection may be made
	Ended  bool    // the server's certificate has ended
	// Lacks gives why an identity cannot be shown, or "".
	Lacks func(identity string) string
	// Filed tells whether an identity's key lies in a file, for clients that
	// read files.
	Filed func(identity string) bool
}

// Narrow gives the plan with a reason wherever the deployment may not or cannot
// be asked. What is not allowed here is not asked: a claim has to say that it
// may, and a look has to be of a kind that only connects and asks.
func (s Standing) Narrow(p Plan, claims []Claim, topologies []Topology) Plan {
	p.Cases = slices.Clone(p.Cases)
	for i := range p.Cases {
		planned := &p.Cases[i]
		if planned.Reason != "" {
			continue
		}
		claim := claims[slices.IndexFunc(claims, func(c Claim) bool { return c.ID == planned.Claim })]
		topology := topologies[slices.IndexFunc(topologies, func(t Topology) bool { return t.Name == planned.Cell.Topology })]
		one := claim.Cases[slices.IndexFunc(claim.Cases, func(c Case) bool { return c.Name == planned.Case })]
		planned.Reason = s.reason(claim, one, topology)
	}
	return p
}

func (s Standing) reason(claim Claim, one Case, t Topology) string {
	look := one.Look.Fit(t)
	if _, start := look.(Start); start {
		return "the deployment already runs, and is not started here"
	}
	if _, ordeal := look.(Ordeal); ordeal {
		return "it may end a server, and is done only to servers that are started for it"
	}
	if !claim.Live {
		return "judged on servers that are started for it, not on a deployment that already runs"
	}
	if p := look.Subject().Port; p != "" && !slices.Contains(s.Ports, p) {
		return fmt.Sprintf("no address was given for %s", p)
	}
	switch l := look.(type) {
	case Attempt:
		if one.Want == KeptOut { // which needs no control
			return s.shows(l)
		}
		return s.attempt(l, t)
	case Beside:
		return s.shows(l.Attempt)
	case Examine:
		if l.Of == "" {
			return s.Lacks(Good)
		}
		return ""
	case Fetch:
		return ""
	}
	return "not known to be harmless to a deployment that already runs"
}

func (s Standing) attempt(a Attempt, t Topology) string {
	switch a.Ask {
	case AskList, AskVersion, AskDocumented, AskWithin10:
	case AskData:
		if !s.Writes {
			return "it writes, and writing was not allowed (WRITES=yes allows a scratch collection)"
		}
	default:
		return "not known to be harmless to a deployment that already runs"
	}
	if why := s.shows(a); why != "" {
		return why
	}
	if control, needed := a.Control(t); needed {
		if why := s.shows(control); why != "" {
			return "it cannot be held against anything: " + why
		}
	}
	return ""
}

// shows gives why an attempt cannot be made with what there is, or "".
func (s Standing) shows(a Attempt) string {
	switch {
	case !slices.Contains(s.Ports, a.At):
		return fmt.Sprintf("no address was given for %s", a.At)
	case a.Over == WirePlain:
		return ""
	case a.Trusting != TrustBlind && !slices.Contains(s.Trusts, a.Trusting):
		return fmt.Sprintf("no file was given that is %s", a.Trusting)
	case a.Via == Curl && s.Ended && a.Trusting != TrustBlind:
		return "the server's certificate has ended, and curl cannot be told to look at the rest of it"
	case a.As == Nobody:
		return ""
	case s.Lacks(a.As) != "":
		return s.Lacks(a.As)
	case a.Via == Curl && !s.Filed(a.As):
		return "curl reads a key from a file, and keys that are made here are written nowhere"
	}
	return ""
}
