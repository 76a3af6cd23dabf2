package harness

// A Check is one test of a server, as data: an Attempt, or a start, for instance. Checks are
// comparable, so that a check that several cases share (such as a control) is made once.
type Check interface {
	// Resolve fills in what the check leaves to the topology, so that equal checks
	// at one cell are equal values.
	Resolve(Topology) Check
	// Subject is who connects to what, as results.json shows it.
	Subject() Subject
	// Traits is what the plan and the scheduler need to know of it. It does not take a
	// check that is resolved.
	Traits(Topology) Traits
	// String describes the check.
	String() string
}

// A Subject is who connects to what in a check. A field that the check has none of,
// or several, is empty.
type Subject struct {
	Client   Client
	Port     Port
	Identity string // the catalogue name of the client's certificate
}

// Traits are what the plan and the scheduler need to know of a check. The zero value is a check
// of the cell's own running server that is never made at a deployment in use.
type Traits struct {
	Phase    Phase
	Servers  int       // servers that it starts of its own; 0 where it is about the cell's
	Stops    bool      // it fills and stops these, which takes longest
	NoServer bool      // it needs no server at all
	Baseline string    // it is held against a server in plaintext, of this topology; empty where against none
	Within   float64   // seconds that a start is given to end in; 0 for the run's bound
	Needs    []Feature // of the machine, for its client
	Again    bool      // it may be made again and again of the same server, and must come to the same
	Live     Live
}

// Phase is when a check is made of a cell's server.
type Phase int

// The phases, in their order.
const (
	PhaseServing   Phase = iota // while the cell's server lives
	PhaseUpgraded               // once an upgrade is over
	PhaseCompared               // once every other claim is judged, before an upgrade and after it
	PhaseAfterward              // once everything else of the cell's server is judged
	PhaseLast                   // after that, since it may end servers
)

// Live is what a check does to a deployment in use. The zero value means that it is not known to
// be harmless, and is not made there.
type Live struct {
	Harmless bool
	Never    string     // why it is never made there
	Writes   bool       // it makes a scratch collection
	Instead  string     // the check whose facts replace the attempts of its claim
	Shows    string     // the identity whose certificate has to be at hand
	Given    Authority  // the file of CAs that has to be named
	Trusts   TrustStore // the file that has to be named
	Attempts []Attempt  // the connections that it makes
	Controls []Attempt  // the connections that it is held against
}

// ManyClients is a check in which several clients take part.
type ManyClients interface {
	// ClientVersions gives those of a run's clients that take part with such features.
	ClientVersions([]Client, Features) []ClientVersion
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

// Backend reports whether the port is of etcd, the object store or the message queue.
func (p Port) Backend() bool { return p == Etcd || p == Store || p == MQ }

// Behind reports whether clients never connect to the hop: it is between the server and a
// backend, or between components.
func (p Port) Behind() bool { return p.Backend() || p == AllInternal || p.Internal() }

// Transport is what a client speaks first.
type Transport string

// The wires. The zero value means the one that the topology configures.
const (
	TransportTLS   Transport = "tls"
	TransportPlain Transport = "plaintext"
)

// TrustStore is the file that a client trusts.
type TrustStore string

// The trust files. The zero value means TrustCA.
const (
	TrustCA       TrustStore = "ca.pem"         // the CA that signed the server's certificate
	TrustServer   TrustStore = "server.pem"     // the server's own certificate
	TrustOther    TrustStore = "another-ca.pem" // a CA that signed nothing here
	TrustAnything TrustStore = "anything"       // no file: the raw client checks nothing
)

// Login is the user name and password that a client sends.
type Login string

// The logins. The zero value means root where the topology has users, and no login elsewhere.
const (
	LoginRoot  Login = "root"
	LoginNone  Login = "no login"
	LoginWrong Login = "wrong password"
)

// Request is what a client asks for once it is connected.
type Request string

// The requests. The zero value means AskList.
const (
	RequestList       Request = "list"       // list the collections
	RequestData       Request = "data"       // create, insert, index, load, search, drop
	RequestDocumented Request = "documented" // the REST path and method of the 2.5 page's curl command
	AskWithin10       Request = "within-10"  // the same with the Request-Timeout header that the pages have since 2.6
	RequestVersion    Request = "version"    // a request that carries no data, to see that a port answers
	RequestCanary     Request = "canary"     // create, describe, insert, drop, with the canary as the name
	RequestStored     Request = "stored"     // the same, flushed to the object store before it is dropped
	RequestSchema     Request = "schema"     // create, list, describe, drop: what needs components and no vector engine
	RequestAnything   Request = "anything"   // any call: at a port of components, which serve no client, every reply of gRPC is an answer
)

// The identities that a claim may name in addition to those of the catalogue.
const (
	Nobody = "nobody" // a client without a certificate
	Good   = "good"   // a client certificate without a defect
	// What everybody can make who has the distribution of a server that ships a CA with its key.
	ShippedCA = "shipped-ca"

	// BothUsages is a client certificate for clientAuth and serverAuth.
	BothUsages = "both-usages"
)

// RightName is the DNS name in every server certificate that the harness makes.
const RightName = "localhost"
