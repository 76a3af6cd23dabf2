package harness

import (
	"fmt"
	"slices"
	"strings"
)

// A CompareClients is the same attempt made by every client of the run that fits: the
// clients of gRPC at its port, and those of REST at REST's own port.
type CompareClients struct {
	Attempt Attempt // its client and port are left open
}

// Resolve leaves client and port open and fills in the rest from the topology.
func (p CompareClients) Resolve(t Topology) Check {
	p.Attempt = p.Attempt.resolve(t)
	return p
}

// Traits are those of any check of the cell's server.
func (CompareClients) Traits(Topology) Traits { return Traits{} }

// Subject names no client and no port: several take part.
func (p CompareClients) Subject() Subject {
	return Subject{Identity: p.Attempt.Identity}
}

// String says what is tried, for reports.
func (p CompareClients) String() string {
	a := p.Attempt
	a.Client = "every client"
	text := a.String()
	return strings.Replace(text, " at ", "", 1)
}

// ClientVersions gives the clients that take part: those of the run that the machine
// has, and those of REST only where REST has a port of its own.
func (CompareClients) ClientVersions(clients []Client, has Features) (all []ClientVersion) {
	for _, c := range clients {
		if c.port() == HTTP && !has[RESTAlone] {
			continue
		}
		for _, e := range c.Releases() {
			if s := (ClientVersion{c, e}); has.Missing(s.Needs()...) == "" {
				all = append(all, s)
			}
		}
	}
	return all
}

// By gives the attempt that one of the clients makes.
func (p CompareClients) By(s ClientVersion) Attempt {
	a := p.Attempt
	a.Client, a.Release, a.Port = s.Client, s.Release, s.Client.port()
	if !s.Client.takes(a.ClientConfig) {
		a.ClientConfig = ""
	}
	return a
}

// several tells whether there are at least two different clients.
func several(speakers []ClientVersion) bool {
	return slices.ContainsFunc(speakers, func(s ClientVersion) bool { return s.Client != speakers[0].Client })
}

// A ClientResult is what one client of a Parity saw.
type ClientResult struct {
	ClientVersion ClientVersion `json:"client_version"`
	ClientConfig  ClientConfig  `json:"form,omitempty"`
	Outcome       Outcome       `json:"outcome,omitempty"`
	Facts         *Observation  `json:"facts,omitempty"`
	Err           string        `json:"error,omitempty"`  // why nothing was observed
	HasCert       bool          `json:"meant,omitempty"`  // the client was given a certificate to show
	NoSAN         bool          `json:"no_san,omitempty"` // the server's certificate has no subject alternative name
}

// open tells whether the view leaves open if the client is served.
func (v ClientResult) open() bool {
	switch v.Outcome {
	case TimedOut, NotReady, APIError:
		return true
	default:
		return !v.Outcome.Valid()
	}
}

// Compared is what a Parity saw.
type Compared struct {
	Views []ClientResult `json:"clients"` // client by client
}

func init() { RegisterFacts(func() Facts { return &Compared{} }) }

// Kind is "compare".
func (*Compared) Kind() string { return "compare" }

// Control tells nothing: nothing else is held against such facts.
func (*Compared) Control() (bool, string) { return false, "there is no control" }

// Record adds nothing: the facts say it all.
func (*Compared) Record(*Evidenced) {}

// Outcome is Agreed or Disagreed, or none where a client's view is open.
func (c *Compared) Outcome() Outcome {
	views := c.Views
	served := 0
	for _, v := range views {
		switch {
		case v.open():
			return ""
		case v.Outcome == Served:
			served++
		}
	}
	if served == 0 || served == len(views) {
		return Agreed
	}
	return Disagreed
}

var _ = JudgedBy(judgeCompareClients)

// judgeCompareClients wants all clients to come to the same.
func judgeCompareClients(_ CompareClients, want, saw Outcome, e Evidence) Ruling {
	views := e.Saw.(*Compared).Views
	told := summarize(views)
	switch {
	case want != Agreed:
		return LeaveOpen(CauseCaseMisfit, "a comparison cannot come to "+want.String())
	case !saw.Valid():
		return LeaveOpen(CauseTimedOut, told)
	case saw == Disagreed:
		return Refute(told)
	case views[0].Outcome == Served:
		return Confirm(told)
	}
	return e.ConfirmWithControl(told)
}

// summarize says which clients saw what, and what differs.
func summarize(views []ClientResult) string {
	var served, others, differs []string
	for _, v := range views {
		name := v.ClientVersion.String()
		if v.Outcome == Served {
			served = append(served, name)
		} else {
			others = append(others, name+" was "+v.summary())
		}
		if why := v.differs(); why != "" {
			differs = append(differs, name+" "+why)
		}
	}
	var parts []string
	if len(served) > 0 {
		parts = append(parts, "served: "+strings.Join(served, ", "))
	}
	text := strings.Join(append(parts, others...), "; ")
	if len(served) > 0 && len(differs) > 0 {
		text += "; what differs: " + strings.Join(differs, ", ")
	}
	return text
}

// summary says what a client that was not served saw.
func (v ClientResult) summary() string {
	switch {
	case v.Err != "":
		return "not observed: " + v.Err
	case v.Facts == nil:
		return v.Outcome.Summary()
	case v.Facts.Connected:
		return v.Outcome.Summary() + " after it had said that it was connected" + v.detail()
	}
	return v.Outcome.Summary() + v.detail()
}

// detail gives what the client says, short enough to stand beside others.
func (v ClientResult) detail() string {
	const most = 100
	text := strings.TrimSuffix(v.Facts.Brief(), ")")
	if text != "" && len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	if text == "" {
		return ""
	}
	return text + ")"
}

// noneSent is how a server written in Go says that a client showed nothing.
const noneSent = "didn't provide a certificate"

// differs says what the harness can show about why a client fares as it does.
func (v ClientResult) differs() string {
	switch o := v.Facts; {
	case o == nil:
		return ""
	case o.ReusedConn:
		return "made no connection of its own and used that of another client in its process"
	case o.FirstProtocol == TransportPlain && !o.Plaintext:
		return fmt.Sprintf("spoke plaintext although it was given certificate files%s", v.called())
	case v.HasCert && strings.Contains(o.Log, noneSent):
		return fmt.Sprintf("was given a certificate and sent none (the server's log says so)%s", v.called())
	case v.NoSAN && v.Outcome == Served:
		return "took the CommonName for the server's name, since the certificate has no SAN"
	case v.ClientConfig == ConfigCAAlone && o.End == EndUntrusted:
		return "did not trust the CA file that it was given: ca_pem_path alone has no effect"
	case (v.ClientConfig == ConfigCAAlone || v.ClientConfig == ConfigBothFiles) && v.Outcome != Served:
		return "was called as " + string(v.ClientConfig)
	}
	return ""
}

// called names the form where it is not the usual one.
func (v ClientResult) called() string {
	if v.ClientConfig == "" {
		return ""
	}
	return ", called as " + string(v.ClientConfig)
}

// What a comparison of clients can come to.
const (
	Agreed    Outcome = "agreed"    // every client was served, or none
	Disagreed Outcome = "disagreed" // some clients were served, and some were not
)

var _ = DefineOutcomes(map[Outcome]Meaning{
	Agreed:    {Summary: "the same for every client"},
	Disagreed: {Summary: "not the same for every client"},
})
