package harness

import "fmt"

// Feature is something that a claim or a case may need of a release, of a
// topology or of the machine. A cell that lacks one is not asked, and the
// result says so in the words that lacks gives.
type Feature string

// The features of a topology.
const (
	Mode0      Feature = "mode-0"        // external TLS is configured off
	Mode1      Feature = "mode-1"        // external TLS is configured one-way
	Mode2      Feature = "mode-2"        // external TLS is configured mutual
	AnyTLS     Feature = "tls"           // mode 1 or 2
	KnownMode  Feature = "known-mode"    // mode 0, 1 or 2
	NotMutual  Feature = "not-mutual"    // mode 0 or 1
	OddMode    Feature = "unknown-mode"  // a mode that no page gives a meaning to
	Users      Feature = "users"         // user authentication is on
	NoUsers    Feature = "no-users"      // user authentication is off
	RESTAlone  Feature = "rest-own-port" // REST has a port of its own
	RESTUnset  Feature = "rest-unset"    // proxy.http.port is not configured
	RESTShared Feature = "rest-shared"   // proxy.http.port is unset or gRPC's
	RESTOn     Feature = "rest-on"       // proxy.http.enabled is true
	RESTIsOff  Feature = "rest-off"      // proxy.http.enabled is false
	Plainest   Feature = "plainest"      // the plain mode-N: where what is slow or needs a start of its own is judged
)

// The features of a run.
const (
	Upgraded   Feature = "upgraded"   // this server takes over from an older release
	Downgraded Feature = "downgraded" // this server takes over from a newer release
)

// The features of a release; version files name them.
const (
	RESTv1       Feature = "rest-v1"         // /v1/vector/...
	RESTv2       Feature = "rest-v2"         // /v2/vectordb/...
	ManagementV1 Feature = "management-data" // the management port has had /api/v1, the old data API
	LogsGRPC     Feature = "logs-refused-grpc"
	LogsREST     Feature = "logs-refused-rest"
)

// The features of the machine that runs the harness.
const (
	HasCurl       Feature = "curl"         // the curl binary
	NotPrivileged Feature = "unprivileged" // the servers do not run as root, so that a file's mode can keep them out
)

var lacking = map[Feature]string{
	Mode0:         "needs tlsMode 0",
	Mode1:         "needs tlsMode 1",
	Mode2:         "needs tlsMode 2",
	AnyTLS:        "needs external TLS to be configured (tlsMode 1 or 2)",
	KnownMode:     "needs tlsMode 0, 1 or 2",
	NotMutual:     "needs tlsMode 0 or 1",
	OddMode:       "needs a tlsMode that no page gives a meaning to",
	Users:         "needs user authentication to be on",
	NoUsers:       "needs user authentication to be off",
	RESTAlone:     "needs REST on a port of its own",
	RESTUnset:     "needs proxy.http.port to be unset",
	RESTShared:    "needs proxy.http.port to be unset or gRPC's",
	RESTOn:        "needs REST to be on",
	RESTIsOff:     "needs REST to be off",
	Plainest:      "judged on the plain topology of the mode, which this one varies",
	Upgraded:      "judged on the release that takes over",
	Downgraded:    "judged in a downgrade",
	RESTv1:        "the release has no REST v1",
	RESTv2:        "the release has no REST v2",
	ManagementV1:  "the release has no data API on its management port",
	HasCurl:       "curl is not installed here",
	NotPrivileged: "the server runs as root, which reads every file whatever its mode",
}

// Lacks gives the reason for not asking a case that needs f where f is not.
func (f Feature) Lacks() string {
	if why, ok := lacking[f]; ok {
		return why
	}
	return fmt.Sprintf("needs the feature %q", string(f))
}

// Features is a set of them.
type Features map[Feature]bool

// Missing gives the first of needs that the set lacks, or "".
func (fs Features) Missing(needs ...Feature) Feature {
	for _, f := range needs {
		if !fs[f] {
			return f
		}
	}
	return ""
}

// With gives the set with more features in it; fs itself stays as it is.
func (fs Features) With(more ...Feature) Features {
	all := make(Features, len(fs)+len(more))
	for f, ok := range fs {
		all[f] = ok
	}
	for _, f := range more {
		all[f] = true
	}
	return all
}
