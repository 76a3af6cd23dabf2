package harness

import (
	"cmp"
	"fmt"
	"strings"
)

// A Look is one way of looking at a server, as data: an Attempt to be served,
// or a Start of it. Looks are comparable values, so that a look that several
// cases share (a control, say) is taken once.
type Look interface {
	// Fit fills in what the look leaves to the topology, so that equal looks
	// at one cell are equal values.
	Fit(Topology) Look
	// Client, Port and Identity are what results.json shows for the look.
	Client() Client
	Port() Port
	Identity() string
	String() string
}

// Port is a listener of a deployment by what it is for. The names are part of
// the interface.
type Port string

// The ports.
const (
	GRPC       Port = "grpc"       // proxy.port
	HTTP       Port = "rest"       // proxy.http.port, or gRPC's where they share one
	Management Port = "management" // METRICS_PORT
	Etcd       Port = "etcd"       // etcd's port for clients
	Store      Port = "store"      // the object store's port

	AllInternal Port = "internal" // every internal port together, as a hop
)

// Backend tells whether the port is not Milvus's own, but of what it stands on.
func (p Port) Backend() bool { return p == Etcd || p == Store }

// Behind tells whether clients do not come to the hop: it is between the server
// and what it stands on, or within it.
func (p Port) Behind() bool { return p.Backend() || p == AllInternal || p.Internal() }

// Wire is what a client speaks first.
type Wire string

// The wires. The zero value means the one that the topology configures.
const (
	WireTLS   Wire = "tls"
	WirePlain Wire = "plaintext"
)

// Trust is the file that a client trusts.
type Trust string

// The trust files. The zero value means TrustCA.
const (
	TrustCA     Trust = "ca.pem"         // the CA that signed the server's certificate
	TrustServer Trust = "server.pem"     // the server's own certificate
	TrustOther  Trust = "another-ca.pem" // a CA that signed nothing here
	TrustBlind  Trust = "anything"       // no file: the raw client checks nothing
)

// Login is the user name and password that a client sends.
type Login string

// The logins. The zero value means root where the topology asks for users, and
// nobody elsewhere.
const (
	LoginRoot  Login = "root"
	LoginNone  Login = "no login"
	LoginWrong Login = "wrong password"
)

// Ask is what a client asks for once it is connected.
type Ask string

// The requests. The zero value means AskList.
const (
	AskList       Ask = "list"       // list the collections
	AskData       Ask = "data"       // create, insert, index, load, search, drop
	AskDocumented Ask = "documented" // the REST path and method of the 2.5 page's curl command
	AskVersion    Ask = "version"    // a request that carries no data, to see that a port answers
	AskCanary     Ask = "canary"     // create, describe, insert, drop, all under a name to be looked for
	AskStored     Ask = "stored"     // the same, flushed to the object store before it is dropped
	AskSchema     Ask = "schema"     // create, list, describe, drop: what needs components and no vector engine
	AskAnything   Ask = "anything"   // any call: at a port of components, which serve no client, every reply of gRPC is an answer
)

// The identities that a claim may name besides those of the catalogue.
const (
	Nobody = "nobody" // a client without a certificate
	Good   = "good"   // a client certificate without a defect

	// BothUsages is a client certificate for clientAuth and serverAuth.
	BothUsages = "both-usages"
)

// RightName is the DNS name in every server certificate that the harness makes.
const RightName = "localhost"

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
	Only     string // the one TLS version that the client offers ("1.0" to "1.3"); zero means its defaults
	Login    Login
	Ask      Ask
	Form     Form    // how the client is given its settings
	Edition  Edition // which of the client's releases
}

// Fit fills in the attempt's zero fields from the topology.
func (a Attempt) Fit(t Topology) Look { return a.fit(t) }

func (a Attempt) fit(t Topology) Attempt {
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
	repaired := Attempt{Via: a.Via, At: a.At, Edition: a.Edition}
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
	if t.Recipe != "" {
		return Attempt{Via: Raw, At: a.At, As: repaired.As, Trusting: TrustBlind}.fit(t), true
	}
	if a.Via == Raw {
		return Attempt{}, false
	}
	return Attempt{Via: Raw, At: a.At}.fit(t), true
}

// Client is the client that makes the attempt.
func (a Attempt) Client() Client { return a.Via }

// Port is the port that the attempt is made at.
func (a Attempt) Port() Port { return a.At }

// Identity is the catalogue name of the client's certificate.
func (a Attempt) Identity() string { return a.As }

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

// A Start is one start of a server of its own, configured as the topology says
// but for one change. The zero Change is the start of the cell itself.
type Start struct {
	Change Change
	// Look at what the start did from the side of this port; zero means GRPC.
	At Port
	// Within is after how many seconds a server that has neither ended nor become
	// ready is given up; zero means the run's bound.
	Within float64
	// Repaired starts the topology in which nothing is wrong (Topology.Instead),
	// to hold this one's own start against.
	Repaired bool
}

// Change is one deviation from what a topology configures: a defect of one of
// the server's files, one setting, or a page's own block.
type Change struct {
	File   File   // the file that is not as it should be
	Defect Defect // what is wrong with it
	Key    string // or: a configuration key, dotted
	Value  string // and what it is set to
	Layout Layout // how the server is deployed; zero for the provider's own way

	Manifest string // or: the manifest that describes the whole server instead, by its name in fixtures/manifests
	Shipped  bool   // or: tls.* is left as the distribution has it
	Block    string // or: release lines of the page whose block stands for what the topology says about TLS
}

// Defect is what is wrong with a file, or how its path is written.
type Defect string

// The defects.
const (
	Missing    Defect = "missing"    // the configured path does not exist
	Unreadable Defect = "unreadable" // mode 0000
	Empty      Defect = "empty"      // zero bytes
	NotPEM     Defect = "not-pem"    // text that is no PEM
	Mismatched Defect = "mismatched" // a key of the same kind that is not the certificate's
	Relative   Defect = "relative"   // no defect: every path relative to the working directory
	Foreign    Defect = "foreign"    // of a CA that has signed nothing here
	OnlyTLS12  Defect = "tls-1.2"    // of a server: it speaks nothing newer
)

// String names the change, for reports.
func (c Change) String() string {
	switch {
	case c.Shipped:
		return "tls.* left as the distribution has it"
	case c.Manifest != "":
		return "the manifest " + c.Manifest
	case c.Block != "":
		return "the block of the page for " + c.Block + " merged over the stock milvus.yaml"
	case c.Layout != "":
		return string(c.Layout)
	case c.Key != "":
		return fmt.Sprintf("%s: %s", c.Key, c.Value)
	case c.Defect == Relative:
		return "paths relative to the working directory"
	case c.File != "":
		return fmt.Sprintf("%s %s", c.File, c.Defect)
	}
	return "as configured"
}

// Fit returns the start itself: it leaves nothing to the topology.
func (s Start) Fit(Topology) Look {
	if s.At == "" {
		s.At = GRPC
	}
	return s
}

// Client is Raw: what a start came to is seen with the raw client.
func (s Start) Client() Client { return Raw }

// Port is the port that the start is looked at from.
func (s Start) Port() Port {
	if s.At == "" {
		return GRPC
	}
	return s.At
}

// Identity is the one that suits the topology; a start has none of its own.
func (s Start) Identity() string { return Good }

// String names the start, for reports.
func (s Start) String() string {
	if s.Repaired {
		return "a start in the topology in which nothing is wrong"
	}
	if s.Change == (Change{}) {
		return "a start as configured"
	}
	return "a start with " + s.Change.String()
}
