package harness

import (
	"cmp"
	"fmt"
	"strings"
)

// An Attempt is one connection by one client as one identity. Each zero field
// means what the topology asks for, so a case says only how it deviates; what
// deviates is what a control repairs.
type Attempt struct {
	Via      Client // the client
	At       Port   // the port
	As       string // identity; zero means Good in mode 2 and Nobody elsewhere
	Over     Wire   // what the client speaks; zero means what the topology configures
	Trusting Trust  // zero means TrustCA
	Name     string // server name that the client expects; zero means the topology's
	ALPN     string // the one protocol that the client offers by ALPN at REST's port, and speaks: ALPNHTTP2 or ALPNHTTP1; zero means its defaults
	Only     string // the one TLS version that the client offers ("1.0" to "1.3"); zero means its defaults
	Login    Login
	Ask      Ask
	Form     Form    // how the client is given its settings
	Edition  Edition // which of the client's releases; zero means the one that suits the server's line
}

// The protocols that a client of REST may offer by ALPN, by the names that TLS has
// for them.
const (
	ALPNHTTP1 = "http/1.1"
	ALPNHTTP2 = "h2"
)

// Fit fills in the attempt's zero fields from the topology.
func (a Attempt) Fit(t Topology) Look { return a.fit(t) }

func (a Attempt) fit(t Topology) Attempt {
	if a.Edition == "" {
		a.Edition = a.Via.Edition(t.Line)
	}
	if a.Over == "" {
		a.Over = WirePlain
		if t.TLS() && a.At != Management && !a.At.Internal() || a.At.Backend() || a.At.Internal() && t.Internal != InternalOff {
			a.Over = WireTLS
		}
	}
	if a.As == "" {
		a.As = Nobody
		if (t.Mode == 2 && a.At != Management && a.At != Store && !a.At.Internal() || a.At == Etcd) && a.Over == WireTLS {
			a.As = Good
		}
	}
	if a.Trusting == "" {
		a.Trusting = TrustCA
	}
	if a.Name == "" {
		a.Name = cmp.Or(t.ServerName, RightName)
	}
	if a.Login == "" {
		a.Login = LoginNone
		if t.Users && !a.At.Backend() && !a.At.Internal() && !a.overheard(t) {
			a.Login = LoginRoot
		}
	}
	if a.Ask == "" {
		a.Ask = AskList
		if a.At.Internal() {
			a.Ask = AskAnything
		}
	}
	return a
}

// Control gives the attempt that must be served for a refusal of this one to
// mean anything: the same client at the same port with every defect repaired.
// It reports false when this attempt has no defect, so that nothing is left to
// repair: then the raw client at the same port is the control, and the raw
// client itself has none.
func (a Attempt) Control(t Topology) (Attempt, bool) {
	if a.At == HTTP && t.REST == NoREST {
		return Attempt{Via: Raw, At: GRPC}.fit(t), true // nothing is to be served here
	}
	repaired := Attempt{Via: a.Via, At: a.At, Edition: a.Edition, ALPN: a.ALPN}
	if a.At == Management {
		repaired.Ask = AskVersion
	}
	if a.Form == FormHTTPURI || a.Form == FormConnections {
		repaired.Form = a.Form // documented, and no defect
	}
	repaired = repaired.fit(t)
	if repaired.As == Good {
		repaired.As = t.Welcome()
	}
	mine := a.fit(t)
	mine.Ask = repaired.Ask
	if mine != repaired || a.At == Management {
		return repaired, true
	}
	if a.ALPN != "" { // without another defect, the protocol is what deviates
		repaired.ALPN = ""
		return repaired, true
	}
	if t.Recipe != "" {
		return Attempt{Via: Raw, At: a.At, As: repaired.As, Trusting: TrustBlind}.fit(t), true
	}
	if a.Via == Raw {
		return Attempt{}, false
	}
	return Attempt{Via: Raw, At: a.At}.fit(t), true
}

// Judge judges what came of it as what any client saw.
func (Attempt) Judge(want, saw Outcome, e Evidence) Ruling {
	return judgeConnection(want, saw, e)
}

// Subject gives the attempt's own client, port and identity.
func (a Attempt) Subject() Subject {
	return Subject{Client: a.Via, Port: a.At, Identity: a.As}
}

// String says what a fitted attempt tries, for reports.
func (a Attempt) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s", Speaker{a.Via, a.Edition}, a.At)
	if a.Over == WirePlain {
		b.WriteString(" in plaintext")
	} else {
		fmt.Fprintf(&b, " over TLS as %s", a.As)
		if a.Only != "" {
			fmt.Fprintf(&b, ", offering TLS %s only", a.Only)
		}
		if a.Trusting != TrustCA && a.Trusting != "" {
			fmt.Fprintf(&b, ", trusting %s", a.Trusting)
		}
		if a.Name != RightName && a.Name != "" {
			fmt.Fprintf(&b, ", expecting %s", a.Name)
		}
	}
	if a.ALPN != "" {
		fmt.Fprintf(&b, ", speaking %s only", a.ALPN)
	}
	if a.Form != "" {
		fmt.Fprintf(&b, ", called as %s", a.Form)
	}
	if a.Login == LoginWrong || a.Login == LoginRoot {
		fmt.Fprintf(&b, ", login %s", a.Login)
	}
	if a.Ask != AskList && a.Ask != "" && a.Ask != AskAnything {
		fmt.Fprintf(&b, ", asking %s", a.Ask)
	}
	return b.String()
}
