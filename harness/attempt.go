package harness

import (
	"cmp"
	"fmt"
	"strings"
)

// An Attempt is one connection by one client as one identity. A zero field means what the
// topology asks for, so a case states only its deviations, and its control takes them back.
type Attempt struct {
	Client       Client     // the client
	Port         Port       // the port
	Identity     string     // identity; zero means Good in mode 2 and Nobody elsewhere
	Transport    Transport  // what the client speaks; zero means what the topology configures
	TrustStore   TrustStore // zero means TrustCA
	Name         string     // server name that the client expects; zero means the topology's
	ALPN         string     // the one protocol that the client offers by ALPN at REST's port, and speaks: ALPNHTTP2 or ALPNHTTP1; zero means its defaults
	TLSVersion   string     // the one TLS version that the client offers ("1.0" to "1.3"); zero means its defaults
	Login        Login
	Request      Request
	ClientConfig ClientConfig // how the client is given its settings
	Release      Release      // which of the client's releases; zero means the one that suits the server's line
}

// The protocols that a client of REST may offer by ALPN, by the names that TLS has
// for them.
const (
	ALPNHTTP1 = "http/1.1"
	ALPNHTTP2 = "h2"
)

// Resolve fills in the attempt's zero fields from the topology.
func (a Attempt) Resolve(t Topology) Check { return a.In(t) }

// In returns the attempt as it is made in a topology: with its zero fields filled in.
func (a Attempt) In(t Topology) Attempt {
	if a.Release == "" {
		a.Release = a.Client.Release(t.Line)
	}
	if a.Transport == "" {
		a.Transport = TransportPlain
		if t.TLS() && a.Port != Management && !a.Port.Internal() || a.Port.Backend() || a.Port.Internal() && t.Internal != InternalOff {
			a.Transport = TransportTLS
		}
	}
	if a.Identity == "" {
		a.Identity = Nobody
		if (t.Mode == 2 && a.Port != Management && a.Port != Store && !a.Port.Internal() || a.Port == Etcd) && a.Transport == TransportTLS {
			a.Identity = Good
		}
	}
	if a.TrustStore == "" {
		a.TrustStore = TrustCA
	}
	if a.Name == "" {
		if a.Name = cmp.Or(t.ServerName, RightName); a.Port.Internal() {
			a.Name = cmp.Or(t.ComponentName, RightName)
		}
	}
	if a.Login == "" {
		a.Login = LoginNone
		if t.Users && !a.Port.Backend() && !a.Port.Internal() && !a.leaksPassword(t) {
			a.Login = LoginRoot
		}
	}
	if a.Request == "" {
		a.Request = RequestList
		if a.Port.Internal() {
			a.Request = RequestAnything
		}
	}
	return a
}

// Control returns the attempt that must be served for a refusal of this one to
// mean anything: the same client at the same port with every defect repaired.
// It reports false when this attempt has no defect, so that nothing is left to
// repair: then the raw client at the same port is the control, and the raw
// client itself has none.
func (a Attempt) Control(t Topology) (Attempt, bool) {
	if a.Port == HTTP && t.REST == NoREST {
		return Attempt{Client: Raw, Port: GRPC}.In(t), true // nothing is to be served here
	}
	repaired := Attempt{Client: a.Client, Port: a.Port, Release: a.Release, ALPN: a.ALPN}
	if a.Port == Management {
		repaired.Request = RequestVersion
	}
	if a.ClientConfig == ConfigHTTPURI || a.ClientConfig == ConfigConnections {
		repaired.ClientConfig = a.ClientConfig // documented, and no defect
	}
	repaired = repaired.In(t)
	if repaired.Identity == Good {
		repaired.Identity = t.ControlIdentity()
	}
	mine := a.In(t)
	mine.Request = repaired.Request
	if mine != repaired || a.Port == Management {
		return repaired, true
	}
	if a.ALPN != "" { // without another defect, the protocol is what deviates
		repaired.ALPN = ""
		return repaired, true
	}
	if t.Recipe != "" {
		return Attempt{Client: Raw, Port: a.Port, Identity: repaired.Identity, TrustStore: TrustAnything}.In(t), true
	}
	if a.Client == Raw {
		return Attempt{}, false
	}
	return Attempt{Client: Raw, Port: a.Port}.In(t), true
}

// Traits names what the client needs of the machine, and what it does to a deployment in use.
func (a Attempt) Traits(t Topology) Traits {
	traits := Traits{Needs: ClientVersion{a.Client, a.Release}.Needs()}
	a = a.In(t)
	traits.Live.Attempts = []Attempt{a}
	switch a.Request {
	case RequestList, RequestVersion, RequestAnything, RequestDocumented, AskWithin10:
		traits.Live.Harmless, traits.Again = true, true
	case RequestData, RequestSchema:
		traits.Live.Harmless, traits.Live.Writes = true, true
	default:
	}
	if control, needed := a.Control(t); needed {
		traits.Live.Controls = []Attempt{control}
	}
	return traits
}

// Subject returns the attempt's own client, port and identity.
func (a Attempt) Subject() Subject {
	return Subject{Client: a.Client, Port: a.Port, Identity: a.Identity}
}

// leaksPassword reports whether a password for a deployment with TLS would be sent without its
// protection.
func (a Attempt) leaksPassword(t Topology) bool {
	return t.Attached && t.TLS() && (a.Transport == TransportPlain || a.TrustStore == TrustAnything)
}

func (a Attempt) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s", ClientVersion{a.Client, a.Release}, a.Port)
	if a.Transport == TransportPlain {
		b.WriteString(" in plaintext")
	} else {
		fmt.Fprintf(&b, " over TLS as %s", a.Identity)
		if a.TLSVersion != "" {
			fmt.Fprintf(&b, ", offering TLS %s only", a.TLSVersion)
		}
		if a.TrustStore != TrustCA && a.TrustStore != "" {
			fmt.Fprintf(&b, ", trusting %s", a.TrustStore)
		}
		if a.Name != RightName && a.Name != "" {
			fmt.Fprintf(&b, ", expecting %s", a.Name)
		}
	}
	if a.ALPN != "" {
		fmt.Fprintf(&b, ", speaking %s only", a.ALPN)
	}
	if a.ClientConfig != "" {
		fmt.Fprintf(&b, ", called as %s", a.ClientConfig)
	}
	if a.Login == LoginWrong || a.Login == LoginRoot {
		fmt.Fprintf(&b, ", login %s", a.Login)
	}
	if a.Request != RequestList && a.Request != "" && a.Request != RequestAnything {
		fmt.Fprintf(&b, ", asking %s", a.Request)
	}
	return b.String()
}
