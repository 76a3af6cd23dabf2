// Package compare holds clients against each other, and ports.
package compare

import (
	"fmt"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/connection"
)

// Clients is the same attempt made by every client of the run that fits: the
// clients of gRPC at its port, and those of REST at REST's own port.
type Clients struct {
	Attempt harness.Attempt // its client and port are left open
}

// Resolve leaves client and port open and fills in the rest from the topology.
func (p Clients) Resolve(t harness.Topology) harness.Check {
	p.Attempt = p.Attempt.In(t)
	return p
}

// Traits are those of any check of the cell's server.
func (Clients) Traits(harness.Topology) harness.Traits { return harness.Traits{} }

// Subject names no client and no port: several take part.
func (p Clients) Subject() harness.Subject {
	return harness.Subject{Identity: p.Attempt.Identity}
}

func (p Clients) String() string {
	a := p.Attempt
	a.Client = "every client"
	text := a.String()
	return strings.Replace(text, " at ", "", 1)
}

// ClientVersions returns the clients that take part: those of the run that the machine
// has, and those of REST only where REST has a port of its own.
func (Clients) ClientVersions(clients []harness.Client, has harness.Features) (all []harness.ClientVersion) {
	for _, c := range clients {
		if c.DefaultPort() == harness.HTTP && !has[harness.RESTAlone] {
			continue
		}
		for _, e := range c.Releases() {
			if s := (harness.ClientVersion{Client: c, Release: e}); has.Missing(s.Needs()...) == "" {
				all = append(all, s)
			}
		}
	}
	return all
}

// By returns the attempt that one of the clients makes.
func (p Clients) By(s harness.ClientVersion) harness.Attempt {
	a := p.Attempt
	a.Client, a.Release, a.Port = s.Client, s.Release, s.Client.DefaultPort()
	if !s.Client.Takes(a.ClientConfig) {
		a.ClientConfig = ""
	}
	return a
}

// A ClientResult is what one client of a comparison saw.
type ClientResult struct {
	ClientVersion harness.ClientVersion   `json:"client_version"`
	ClientConfig  harness.ClientConfig    `json:"form,omitempty"`
	Outcome       harness.Outcome         `json:"outcome,omitempty"`
	Facts         *connection.Observation `json:"facts,omitempty"`
	Err           string                  `json:"error,omitempty"`  // why nothing was observed
	HasCert       bool                    `json:"meant,omitempty"`  // the client was given a certificate to show
	NoSAN         bool                    `json:"no_san,omitempty"` // the server's certificate has no subject alternative name
}

// open reports whether the view leaves open if the client is served.
func (v ClientResult) open() bool {
	switch v.Outcome {
	case harness.TimedOut, harness.NotReady, harness.APIError:
		return true
	default:
		return !v.Outcome.Valid()
	}
}

// Facts is what a comparison of clients saw.
type Facts struct {
	harness.StandAlone

	Views []ClientResult `json:"clients"` // client by client
}

func init() { harness.RegisterFacts(func() harness.Facts { return &Facts{} }) }

// Kind is "compare".
func (*Facts) Kind() string { return "compare" }

// Outcome is Agreed or Disagreed, or none where a client's view is open.
func (c *Facts) Outcome() harness.Outcome {
	views := c.Views
	served := 0
	for _, v := range views {
		switch {
		case v.open():
			return ""
		case v.Outcome == harness.Served:
			served++
		}
	}
	if served == 0 || served == len(views) {
		return Agreed
	}
	return Disagreed
}

// Record names the clients that fared otherwise than most. Where there are as many of
// either, those that were not served are the others.
func (c *Facts) Record(e *harness.Evidenced) {
	if c.Outcome() != Disagreed {
		return
	}
	var served, others []string
	for _, v := range c.Views {
		if v.Outcome == harness.Served {
			served = append(served, v.ClientVersion.String())
		} else {
			others = append(others, v.ClientVersion.String())
		}
	}
	e.Differ = &harness.Differ{How: "not served", Clients: others}
	if len(served) < len(others) {
		e.Differ = &harness.Differ{How: "served", Clients: served}
	}
}

var _ = checks.JudgedBy(judgeClients)

func judgeClients(_ Clients, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	views := e.Saw.(*Facts).Views
	told := summarize(views)
	switch {
	case want != Agreed:
		return checks.LeaveOpen(harness.CauseCaseMisfit, "a comparison cannot come to "+want.String())
	case !saw.Valid():
		return checks.LeaveOpen(harness.CauseTimedOut, told)
	case saw == Disagreed:
		return checks.Refute(told)
	case views[0].Outcome == harness.Served:
		return checks.Confirm(told)
	}
	return e.ConfirmWithControl(told)
}

func summarize(views []ClientResult) string {
	var served, others, differs []string
	for _, v := range views {
		name := v.ClientVersion.String()
		if v.Outcome == harness.Served {
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

// noneSent is the error of a Go server to which a client sent no certificate.
const noneSent = "didn't provide a certificate"

// differs explains the client's result as far as the harness can.
func (v ClientResult) differs() string {
	switch o := v.Facts; {
	case o == nil:
		return ""
	case o.ReusedConn:
		return "made no connection of its own and used that of another client in its process"
	case o.FirstProtocol == harness.TransportPlain && !o.Plaintext:
		return fmt.Sprintf("spoke plaintext although it was given certificate files%s", v.called())
	case v.HasCert && strings.Contains(o.Log, noneSent):
		return fmt.Sprintf("was given a certificate and sent none (the server's log says so)%s", v.called())
	case v.NoSAN && v.Outcome == harness.Served:
		return "took the CommonName for the server's name, since the certificate has no SAN"
	case v.ClientConfig == harness.ConfigCAAlone && o.End == connection.EndUntrusted:
		return "did not trust the CA file that it was given: ca_pem_path alone has no effect"
	case (v.ClientConfig == harness.ConfigCAAlone || v.ClientConfig == harness.ConfigBothFiles) && v.Outcome != harness.Served:
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
	Agreed    harness.Outcome = "agreed"    // every client was served, or none
	Disagreed harness.Outcome = "disagreed" // some clients were served, and some were not
)

var _ = harness.DefineOutcomes(map[harness.Outcome]harness.Meaning{
	Agreed:    {Summary: "the same for every client"},
	Disagreed: {Summary: "not the same for every client"},
})
