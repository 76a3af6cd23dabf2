package harness

import (
	"fmt"
	"slices"
	"strings"
)

// A Parity is the same attempt made by every client of the run that fits: the
// clients of gRPC at its port, and those of REST at REST's own port.
type Parity struct {
	Attempt Attempt // its client and port are left open
}

// Fit leaves client and port open and fills in the rest from the topology.
func (p Parity) Fit(t Topology) Look {
	p.Attempt = p.Attempt.fit(t)
	return p
}

// Subject names no client and no port: several take part.
func (p Parity) Subject() Subject {
	return Subject{Identity: p.Attempt.As}
}

// String says what is tried, for reports.
func (p Parity) String() string {
	a := p.Attempt
	a.Via = "every client"
	text := a.String()
	return strings.Replace(text, " at ", "", 1)
}

// Speakers gives the clients that take part: those of the run that the machine
// has, and those of REST only where REST has a port of its own.
func (Parity) Speakers(clients []Client, has Features) (all []Speaker) {
	for _, c := range clients {
		if c.port() == HTTP && !has[RESTAlone] {
			continue
		}
		for _, e := range c.Editions() {
			if s := (Speaker{c, e}); has.Missing(s.Needs()...) == "" {
				all = append(all, s)
			}
		}
	}
	return all
}

// By gives the attempt that one of the clients makes.
func (p Parity) By(s Speaker) Attempt {
	a := p.Attempt
	a.Via, a.Edition, a.At = s.Via, s.Edition, s.Via.port()
	if !s.Via.takes(a.Form) {
		a.Form = ""
	}
	return a
}

// several tells whether there are at least two different clients.
func several(speakers []Speaker) bool {
	return slices.ContainsFunc(speakers, func(s Speaker) bool { return s.Via != speakers[0].Via })
}

// A View is what one client of a Parity saw.
type View struct {
	Speaker Speaker      `json:"client_version"`
	Form    Form         `json:"form,omitempty"`
	Outcome Outcome      `json:"outcome,omitempty"`
	Facts   *Observation `json:"facts,omitempty"`
	Err     string       `json:"error,omitempty"`  // why nothing was observed
	Meant   bool         `json:"meant,omitempty"`  // the client was given a certificate to show
	NoSAN   bool         `json:"no_san,omitempty"` // the server's certificate has no subject alternative name
}

// open tells whether the view leaves open if the client is served.
func (v View) open() bool {
	switch v.Outcome {
	case TimedOut, NotReady, APIError:
		return true
	default:
		return !v.Outcome.Valid()
	}
}

// Compared is what a Parity saw.
type Compared struct {
	Views []View `json:"clients"` // client by client
}

func init() { register(func() Facts { return &Compared{} }) }

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
			return 0
		case v.Outcome == Served:
			served++
		}
	}
	if served == 0 || served == len(views) {
		return Agreed
	}
	return Disagreed
}

// Judge wants all clients to come to the same.
func (Parity) Judge(want, saw Outcome, e Evidence) Ruling {
	views := e.Saw.(*Compared).Views
	told := tell(views)
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
	return withControl(told, e)
}

// tell says which clients saw what, and what differs.
func tell(views []View) string {
	var served, others, differs []string
	for _, v := range views {
		name := v.Speaker.String()
		if v.Outcome == Served {
			served = append(served, name)
		} else {
			others = append(others, name+" was "+v.words())
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

// words says what a client that was not served saw.
func (v View) words() string {
	switch {
	case v.Err != "":
		return "not observed: " + v.Err
	case v.Facts == nil:
		return v.Outcome.Words()
	case v.Facts.Connected:
		return v.Outcome.Words() + " after it had said that it was connected" + v.detail()
	}
	return v.Outcome.Words() + v.detail()
}

// detail gives what the client says, short enough to stand beside others.
func (v View) detail() string {
	const most = 100
	text := strings.TrimSuffix(detail(v.Facts), ")")
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
func (v View) differs() string {
	switch o := v.Facts; {
	case o == nil:
		return ""
	case o.Shared:
		return "made no connection of its own and used that of another client in its process"
	case o.Spoke == WirePlain && !o.Plaintext:
		return fmt.Sprintf("spoke plaintext although it was given certificate files%s", v.called())
	case v.Meant && strings.Contains(o.Log, noneSent):
		return fmt.Sprintf("was given a certificate and sent none (the server's log says so)%s", v.called())
	case v.NoSAN && v.Outcome == Served:
		return "took the CommonName for the server's name, since the certificate has no SAN"
	case v.Form == FormCAAlone && o.End == EndUntrusted:
		return "did not trust the CA file that it was given: ca_pem_path alone has no effect"
	case (v.Form == FormCAAlone || v.Form == FormBothFiles) && v.Outcome != Served:
		return "was called as " + string(v.Form)
	}
	return ""
}

// called names the form where it is not the usual one.
func (v View) called() string {
	if v.Form == "" {
		return ""
	}
	return ", called as " + string(v.Form)
}
