package harness

// Feature is something that a claim or a case may need of a release, of a topology or of the
// machine. Where it is missing the case is skipped, with the reason from harness/features.
type Feature string

// The features of a topology.
const (
	Mode0        Feature = "mode-0"        // external TLS is configured off
	AttachedHere Feature = "standing"      // the deployment already runs, and is somebody else's
	EveryClient  Feature = "every-client"  // where clients that are slow to answer are judged: the plain mode-N, with users and without
	Mode1        Feature = "mode-1"        // external TLS is configured one-way
	Mode2        Feature = "mode-2"        // external TLS is configured mutual
	AnyTLS       Feature = "tls"           // mode 1 or 2
	KnownMode    Feature = "known-mode"    // mode 0, 1 or 2
	NotMutual    Feature = "not-mutual"    // mode 0 or 1
	OddMode      Feature = "unknown-mode"  // a mode that no page gives a meaning to
	Users        Feature = "users"         // user authentication is on
	NoUsers      Feature = "no-users"      // user authentication is off
	RESTAlone    Feature = "rest-own-port" // REST has a port of its own
	RESTUnset    Feature = "rest-unset"    // proxy.http.port is not configured
	RESTShared   Feature = "rest-shared"   // proxy.http.port is unset or gRPC's
	RESTOn       Feature = "rest-on"       // proxy.http.enabled is true
	RESTIsOff    Feature = "rest-off"      // proxy.http.enabled is false
	Plainest     Feature = "plainest"      // the plain mode-N: where what is slow or needs a start of its own is judged
	BackendTLS   Feature = "backend-tls"   // etcd or the object store serves TLS alone
	EtcdTLS      Feature = "etcd-tls"      // etcd demands mutual TLS
	StoreTLS     Feature = "store-tls"     // the object store serves TLS alone, with a private CA
	StorePlain   Feature = "store-plain"   // etcd alone is encrypted
)

// The features of a topology whose certificates a page's recipe made. It
// offers no other, except where REST listens: claims about modes are made for
// certificates of the run's own.
const (
	RecipeMade      Feature = "recipe"             // one of them
	RecipeOneWay    Feature = "recipe-mode-1"      // tlsMode 1
	RecipeMutual    Feature = "recipe-mode-2"      // tlsMode 2
	Recipe25        Feature = "recipe-2.5"         // the 2.5 page's script
	Recipe25Renewed Feature = "recipe-2.5-renewed" // and its renewal
	RecipeLegacy    Feature = "recipe-legacy"      // the older pages' script, as 2.3's and 2.4's configure it
	RecipeLegacySAN Feature = "recipe-legacy-san"  // the same, as 2.2's does
	RecipeOlder     Feature = "recipe-older"       // either of these two
)

// The features of a run.
const (
	Upgraded   Feature = "upgraded"   // this server takes over from an older release
	Downgraded Feature = "downgraded" // this server takes over from a newer release

	RolledOver Feature = "rolled-over" // this cluster's components take over from an older release one after the other

	StepDocumented Feature = "step-documented" // the documentation wants no other release in between
	StepSkipped    Feature = "step-skipped"    // it does
	Returnable     Feature = "returnable"      // it promises the way back from this server to the older one before it
	RolledBack     Feature = "rolled-back"     // this older server takes over from a newer one, as it promises
)

// The features of a release; version files name them.
const (
	RESTv1       Feature = "rest-v1"         // /v1/vector/...
	RESTv2       Feature = "rest-v2"         // /v2/vectordb/...
	ManagementV1 Feature = "management-data" // the management port has had /api/v1, the old data API
	LogsGRPC     Feature = "logs-refused-grpc"
	LogsREST     Feature = "logs-refused-rest"
	ShipsCA      Feature = "ships-ca"        // the distribution may hold a CA together with its key, which everybody then has
	RESTHTTP2    Feature = "rest-http2"      // REST's TLS port offers HTTP/2 by ALPN
	RESTHSTS     Feature = "rest-hsts"       // proxy.http.enableHSTS
	StoreFloor   Feature = "store-tls-floor" // minio.ssl.tlsMinVersion
	ClusterTLS   Feature = "cdc-cluster-tls" // tls.clusters.<id>.*, for replication to other clusters
	ObjectStore  Feature = "object-store"    // it runs with an object store here; follows from a server's storage
)

// The features of the machine that runs the harness.
const (
	HasCompose    Feature = "compose"       // Compose files can be run, with folders of this machine mounted
	PrivateTrust  Feature = "own-trust"     // a server can be given a system trust store of its own
	HasOpenSSL    Feature = "openssl"       // the openssl binary
	OpenSSL30     Feature = "openssl-3.0"   // it is of the 3.0 line
	OpenSSLOther  Feature = "openssl-other" // it is of another line
	OldStore      Feature = "old-store"     // a server can be given an object store that speaks nothing newer than TLS 1.2
	Rolls         Feature = "rolling"       // clusters are reconfigured one component at a time (ROLLING=1)
	EveryChain    Feature = "every-chain"   // every client chain is asked for (make chains)
	NotPrivileged Feature = "unprivileged"  // the servers do not run as root, so that a file's mode can keep them out
	SpecialFiles  Feature = "special-files" // a server's file can be a pipe or a link
	WholeMatrix   Feature = "whole-matrix"  // of a table of which a run has a sample, the rest is judged too
)

// Features is a set of them.
type Features map[Feature]bool

// Missing returns the first of needs that the set lacks, or "".
func (fs Features) Missing(needs ...Feature) Feature {
	for _, f := range needs {
		if !fs[f] {
			return f
		}
	}
	return ""
}

// With returns the set with more features in it; fs itself stays as it is.
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
