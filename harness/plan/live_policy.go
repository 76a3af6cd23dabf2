package plan

import (
	"fmt"
	"slices"

	"milvus-tls-e2e/harness"
)

// LivePolicy is what a deployment that already runs may be asked, and with what.
type LivePolicy struct {
	Ports  []harness.Port       // whose addresses are known
	Trusts []harness.TrustStore // the trust files that there are
	Writes bool                 // a scratch collection may be made
	Ended  bool                 // the server's certificate has ended
	// Lacks gives why an identity cannot be shown, or "".
	Lacks func(identity string) string
	// Filed reports whether an identity's key lies in a file, for clients that
	// read files.
	Filed func(identity string) bool
	// Given reports whether a file of CAs is named.
	Given func(harness.Authority) bool
}

// Restrict returns the plan with a reason for each case that the deployment must not or cannot
// be asked. Only claims that allow it, and checks that only connect and ask, are left.
func (s LivePolicy) Restrict(p Plan, claims []harness.Claim, topologies []harness.Topology) Plan {
	p.Cases = slices.Clone(p.Cases)
	for i := range p.Cases {
		planned := &p.Cases[i]
		if planned.Reason != "" {
			continue
		}
		claim := claims[slices.IndexFunc(claims, func(c harness.Claim) bool { return c.ID == planned.Claim })]
		topology := topologies[slices.IndexFunc(topologies, func(t harness.Topology) bool { return t.Name == planned.Cell.Topology })]
		one := claim.Cases[slices.IndexFunc(claim.Cases, func(c harness.Case) bool { return c.Name == planned.Case })]
		planned.Reason = s.reason(claim, one, topology)
	}
	return p
}

func (s LivePolicy) reason(claim harness.Claim, one harness.Case, t harness.Topology) string {
	check := one.Check.Resolve(t)
	live := check.Traits(t).Live
	port := check.Subject().Port
	switch {
	case live.Never != "":
		return live.Never
	case !claim.Live:
		return "judged on servers that are started for it, not on a deployment that already runs"
	case port != "" && !slices.Contains(s.Ports, port):
		return fmt.Sprintf("no address was given for %s", port)
	case !live.Harmless:
		return "not known to be harmless to a deployment that already runs"
	case live.Instead == "" && claimInstead(claim, t) != "":
		return "judged by what the port shows (" + claimInstead(claim, t) + ")"
	case live.Writes && !s.Writes:
		return "it writes, and writing was not allowed (WRITES=yes allows a scratch collection)"
	case live.Given != "" && !s.Given(live.Given):
		return fmt.Sprintf("%s is not given", live.Given)
	case live.Trusts != "" && !slices.Contains(s.Trusts, live.Trusts):
		return "server_certificate is not given"
	case live.Shows != "":
		return s.Lacks(live.Shows)
	}
	for _, a := range live.Attempts {
		if why := s.shows(a); why != "" {
			return why
		}
	}
	if one.Want == harness.KeptOut { // which needs no control
		return ""
	}
	for _, control := range live.Controls {
		if why := s.shows(control); why != "" {
			return "it cannot be held against anything: " + why
		}
	}
	return ""
}

// claimInstead names the case of a claim that replaces its attempts at a running deployment, or
// is empty.
func claimInstead(claim harness.Claim, t harness.Topology) string {
	for _, one := range claim.Cases {
		if name := one.Check.Traits(t).Live.Instead; name != "" {
			return name
		}
	}
	return ""
}

// shows returns why an attempt cannot be made with what there is, or "".
func (s LivePolicy) shows(a harness.Attempt) string {
	switch {
	case !slices.Contains(s.Ports, a.Port):
		return fmt.Sprintf("no address was given for %s", a.Port)
	case a.Transport == harness.TransportPlain:
		return ""
	case a.TrustStore != harness.TrustAnything && !slices.Contains(s.Trusts, a.TrustStore):
		return fmt.Sprintf("no file was given that is %s", a.TrustStore)
	case a.Client == harness.Curl && s.Ended && a.TrustStore != harness.TrustAnything:
		return "the server's certificate has ended, and curl cannot be told to look at the rest of it"
	case a.Identity == harness.Nobody:
		return ""
	case s.Lacks(a.Identity) != "":
		return s.Lacks(a.Identity)
	case a.Client == harness.Curl && !s.Filed(a.Identity):
		return "curl reads a key from a file, and keys that are made here are written nowhere"
	}
	return ""
}
