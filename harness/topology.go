package harness

import (
	"strings"
)

// RESTPort is where a topology puts the REST listener.
type RESTPort string

// The places. The zero value is a port of REST's own.
const (
	OwnPort   RESTPort = ""          // proxy.http.port is a port of its own
	UnsetPort RESTPort = "unset"     // proxy.http.port is not configured
	EqualPort RESTPort = "equal"     // proxy.http.port is gRPC's
	NoREST    RESTPort = "off"       // proxy.http.enabled is false
	NotGiven  RESTPort = "not-given" // not specified
)

// A Topology is one way of configuring TLS in a deployment.
type Topology struct {
	Name  string   // part of the interface: mode-N, mode-N-variant
	Mode  int      // common.security.tlsMode
	REST  RESTPort // where REST listens
	Users bool     // common.security.authorizationEnabled

	EtcdTLS  bool // etcd demands mutual TLS
	StoreTLS bool // the object store serves TLS alone, with a CA that only the server knows

	Internal Internal // TLS between the server's components

	Cluster  bool // components run as processes of their own, instead of in one
	QueueTLS bool // the message queue between them serves TLS alone
	Odd      Odd  // the one of them that is configured otherwise

	// Recipe is the ID of the page's recipe that makes the certificates; empty
	// where the run makes them itself.
	Recipe string

	Line string // release line of the server that it is laid out on; set by a plan's cell

	// Attached: the deployment already runs, and is neither started nor stopped here. The next
	// three are stated by its owner.
	Attached   bool
	ServerName string // the name in the server's certificate; zero means RightName
	// ComponentName is the name in the certificate of its components; zero means RightName.
	ComponentName string
	Days          int // for how many days from now its certificates have to be valid

	// RepairedTopology names the topology with the setting repaired that a server is
	// right to refuse in this one; empty where a server should start.
	RepairedTopology string
}

// On returns the topology as it is laid out on a server of a release line.
func (t Topology) On(line string) Topology {
	t.Line = line
	return t
}

// TLS reports whether the topology configures external TLS in a documented mode.
func (t Topology) TLS() bool { return t.Mode == 1 || t.Mode == 2 }

// ControlIdentity is an identity that a server of the topology has to let in, so that
// what it does otherwise can be held against something: Good, but with the
// 2.5 page's recipe, whose client certificate is for servers alone, one from the
// same CA that may be used by clients too.
func (t Topology) ControlIdentity() string {
	if strings.HasPrefix(t.Recipe, "2.5") {
		return BothUsages
	}
	return Good
}
