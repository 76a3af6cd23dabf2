package harness

// RESTPort is where a topology puts the REST listener.
type RESTPort string

// The places. The zero value is a port of REST's own.
const (
	OwnPort   RESTPort = ""      // proxy.http.port is a port of its own
	UnsetPort RESTPort = "unset" // proxy.http.port is not configured
	EqualPort RESTPort = "equal" // proxy.http.port is gRPC's
	NoREST    RESTPort = "off"   // proxy.http.enabled is false
)

// A Topology is one way of configuring TLS in a deployment.
type Topology struct {
	Name  string   // part of the interface: mode-N, mode-N-variant
	Mode  int      // common.security.tlsMode
	REST  RESTPort // where REST listens
	Users bool     // common.security.authorizationEnabled

	// Instead names the topology with the setting repaired that a server is
	// right to refuse in this one; empty where a server should start.
	Instead string
}

// TLS tells whether the topology configures external TLS in a documented mode.
func (t Topology) TLS() bool { return t.Mode == 1 || t.Mode == 2 }

// Features are what the topology offers to claims.
func (t Topology) Features() []Feature {
	fs := map[int][]Feature{0: {Mode0, NotMutual, KnownMode}, 1: {Mode1, NotMutual, AnyTLS, KnownMode}, 2: {Mode2, AnyTLS, KnownMode}}[t.Mode]
	if fs == nil {
		fs = []Feature{OddMode}
	}
	fs = append(fs, map[bool]Feature{true: Users, false: NoUsers}[t.Users])
	switch t.REST {
	case OwnPort:
		fs = append(fs, RESTOn, RESTAlone)
	case UnsetPort:
		fs = append(fs, RESTOn, RESTUnset, RESTShared)
	case EqualPort:
		fs = append(fs, RESTOn, RESTShared)
	case NoREST:
		fs = append(fs, RESTIsOff)
	}
	if t.REST == OwnPort && t.Mode <= 2 {
		fs = append(fs, EveryClient)
	}
	if t.REST == OwnPort && !t.Users && t.Mode <= 2 {
		fs = append(fs, Plainest)
	}
	return fs
}
