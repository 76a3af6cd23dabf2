package standin

import (
	"fmt"
	"slices"
)

// A Fault is one deviation of a stand-in from an honest server.
type Fault string

// Faults lists every fault: those below.
var Faults []Fault

func fault(name Fault) Fault {
	Faults = append(Faults, name)
	return name
}

// Faults in which clients mode 2 serves.
var (
	// AcceptsAnyClientCertificate asks for a certificate and never checks whose it is.
	AcceptsAnyClientCertificate = fault("accepts-any-client-certificate")
	// RequestsButDoesNotRequire serves a client without a certificate, and checks one that is shown.
	RequestsButDoesNotRequire = fault("requests-but-does-not-require")
	// IgnoresExpiry treats a client certificate as always valid.
	IgnoresExpiry = fault("ignores-expiry")
	// IgnoresKeyUsage takes a client certificate whatever its extended key usage is.
	IgnoresKeyUsage = fault("ignores-key-usage")
	// TrustsCAByName compares the issuer's name with the CA's, and no signature.
	TrustsCAByName = fault("trusts-ca-by-name")
	// UsersInsteadOfCertificates asks for no certificate where users are on.
	UsersInsteadOfCertificates = fault("users-instead-of-certificates")
	// RefusesEd25519 refuses a client whose key is Ed25519.
	RefusesEd25519 = fault("refuses-ed25519")
	// IgnoresIntermediateExpiry treats an intermediate CA as always valid.
	IgnoresIntermediateExpiry = fault("ignores-intermediate-expiry")
	// IgnoresPathLength lets a CA issue CAs whatever its path length is.
	IgnoresPathLength = fault("ignores-path-length")
	// IgnoresNameConstraints lets a CA certify any name.
	IgnoresNameConstraints = fault("ignores-name-constraints")
	// IgnoresCriticalExtensions serves a client whose certificate has a critical extension that the server does not know.
	IgnoresCriticalExtensions = fault("ignores-critical-extensions")
	// IgnoresIntermediateUsage lets a CA that is sent along issue clients whatever its extended key usage is.
	IgnoresIntermediateUsage = fault("ignores-intermediate-usage")
	// TakesAnyIssuerForCA lets every certificate that is sent along issue others.
	TakesAnyIssuerForCA = fault("takes-any-issuer-for-ca")
	// AcceptsSHA1 serves a client whose certificate is signed over SHA-1.
	AcceptsSHA1 = fault("accepts-sha1")
	// TriesOnePathAlone takes of the CAs of one name that are sent along the first alone.
	TriesOnePathAlone = fault("tries-one-path-alone")
	// ChecksAsGoDoes holds no name constraint against a subject, as no Go does.
	ChecksAsGoDoes = fault("checks-as-go-does")
	// RefusesAnyUsage refuses a client whose certificate allows any use, as OpenSSL does and Go does not.
	RefusesAnyUsage = fault("refuses-any-usage")
	// ResumesAfterExpiry resumes a session without regard to whether the client's certificates have ended since.
	ResumesAfterExpiry = fault("resumes-after-expiry")
	// RESTOpen asks for a client certificate on gRPC's port and not on REST's.
	RESTOpen = fault("rest-open")
)

// Faults in the protocol that a port speaks.
var (
	// AllowsTLS12InMode2 negotiates TLS 1.2 in mode 2.
	AllowsTLS12InMode2 = fault("allows-tls12-in-mode-2")
	// AllowsTLS10 negotiates TLS 1.0 and up in modes 1 and 2.
	AllowsTLS10 = fault("allows-tls10")
	// RESTInPlaintext serves REST without TLS in modes 1 and 2.
	RESTInPlaintext = fault("rest-in-plaintext")
	// GRPCInPlaintext serves gRPC without TLS in modes 1 and 2.
	GRPCInPlaintext = fault("grpc-in-plaintext")
	// PlaintextBesideTLS serves plaintext clients too in modes 1 and 2, on both ports.
	PlaintextBesideTLS = fault("plaintext-beside-tls")
	// TLSInMode0 serves TLS alone in mode 0.
	TLSInMode0 = fault("tls-in-mode-0")
	// RepeatsCanaryInPlaintext repeats a canary beside TLS to the client that sent it.
	RepeatsCanaryInPlaintext = fault("repeats-canary-in-plaintext")
	// HangsTLSClientsInMode0 reads a ClientHello in mode 0 and never answers it.
	HangsTLSClientsInMode0 = fault("hangs-tls-clients-in-mode-0")
)

// Faults in the server's own certificate.
var (
	// AnotherCertificate shows another certificate than the configured one, as valid as that.
	AnotherCertificate = fault("another-certificate")
	// CertificateForAnyName shows a certificate that is good for wrong.example too.
	CertificateForAnyName = fault("certificate-for-any-name")
	// ReloadsFiles reads certificate, key and CA file again for each client.
	ReloadsFiles = fault("reloads-files")
	// StopsOverReplacedFiles refuses two of three clients that connect once its files are others than at its start.
	StopsOverReplacedFiles = fault("stops-over-replaced-files")
	// KeepsOldFiles goes on with the files of the server that it follows, as they were.
	KeepsOldFiles = fault("keeps-old-files")
)

// Faults in the configuration.
var (
	// StartsWithMissingFile starts with a certificate, key or CA of its own where a file cannot be used.
	StartsWithMissingFile = fault("starts-with-missing-file")
	// StartsWithMismatchedKey starts although the key is not the certificate's.
	StartsWithMismatchedKey = fault("starts-with-mismatched-key")
	// ReadsPKCS8Alone does not start with a key in its algorithm's own form.
	ReadsPKCS8Alone = fault("reads-pkcs8-alone")
	// DiesWithoutAReason logs nothing when it fails to start.
	DiesWithoutAReason = fault("dies-without-a-reason")
	// FailsWithStatus0 ends a failed start as an ordinary stop ends, as 2.6.20 does at times.
	FailsWithStatus0 = fault("fails-with-status-0")
	// UnknownModeAs0 treats an unknown mode as 0.
	UnknownModeAs0 = fault("unknown-mode-as-0")
	// Mode1AsksForClientCertificate requires a client certificate in mode 1.
	Mode1AsksForClientCertificate = fault("mode-1-asks-for-client-certificate")
	// Mode1ChecksWhatIsShown refuses a bad client certificate in mode 1, and serves a client without one.
	Mode1ChecksWhatIsShown = fault("mode-1-checks-what-is-shown")
	// Mode1WantsCAFile does not start in mode 1 without a CA file.
	Mode1WantsCAFile = fault("mode-1-wants-ca-file")
	// OtherKeyWorks switches mode 1 on by common.security.tlsEnabled as well.
	OtherKeyWorks = fault("other-key-works")
	// IgnoresTLSMode reads every mode as 0.
	IgnoresTLSMode = fault("ignores-tls-mode")
	// NestedModeOnly reads tlsMode below common.security alone, as every release does.
	NestedModeOnly = fault("nested-mode-only")
	// IgnoresMounts starts from the image's own configuration, in mode 0, whatever Compose mounts over it.
	IgnoresMounts = fault("ignores-mounts")
	// AbsolutePathsOnly does not start with a relative path.
	AbsolutePathsOnly = fault("absolute-paths-only")
	// AuthenticationOff serves everybody although users are on.
	AuthenticationOff = fault("authentication-off")
)

// Faults in manifests.
var (
	// IgnoresMisplacedKeys starts without a message although a TLS key is where it is not read.
	IgnoresMisplacedKeys = fault("ignores-misplaced-keys")
	// IgnoresGivenConfiguration leaves out what a deployer merges over the stock configuration.
	IgnoresGivenConfiguration = fault("ignores-given-configuration")
	// IgnoresUserYAML does not merge user.yaml, as 2.2 and 2.3 do not.
	IgnoresUserYAML = fault("ignores-user-yaml")
	// InternalInPlaintext serves components in plaintext although internal TLS is on.
	InternalInPlaintext = fault("internal-in-plaintext")
)

// Faults in TLS between components.
var (
	// InternalPlaintextBesideTLS serves components in plaintext too.
	InternalPlaintextBesideTLS = fault("internal-plaintext-beside-tls")
	// InternalFailsOpen serves components in plaintext where the internal certificate cannot be used, as 2.5 and 2.6 do.
	InternalFailsOpen = fault("internal-fails-open")
	// InternalDataNodeFailsOpen does so at the data node's port alone.
	InternalDataNodeFailsOpen = fault("internal-datanode-fails-open")
	// InternalAsksForCertificate asks components for a client certificate, and serves them whatever they show.
	InternalAsksForCertificate = fault("internal-asks-for-certificate")
	// InternalIgnoresName accepts a component's certificate whatever its name.
	InternalIgnoresName = fault("internal-ignores-name")
	// InternalIgnoresIssuer accepts it whoever signed it.
	InternalIgnoresIssuer = fault("internal-ignores-issuer")
	// InternalIgnoresExpiry accepts it at any time.
	InternalIgnoresExpiry = fault("internal-ignores-expiry")
	// InternalHangsWithoutName reports that it is ready where components have no configured name, and changes no schema, as 2.6 does.
	InternalHangsWithoutName = fault("internal-hangs-without-name")
	// InternalSilent hangs without a log message.
	InternalSilent = fault("internal-silent")
	// InternalLogsFalse logs value=false where internal TLS is on.
	InternalLogsFalse = fault("internal-logs-false")
	// InternalLogsTrue logs value=true where it is off.
	InternalLogsTrue = fault("internal-logs-true")
	// InternalOffBesideExternal switches internal TLS off where external TLS is on.
	InternalOffBesideExternal = fault("internal-off-beside-external")
	// TellsComponentsInPlaintext sends names to a component in plaintext before it sends them over TLS.
	TellsComponentsInPlaintext = fault("tells-components-in-plaintext")
	// InternalShowsExternal shows components the certificate that is for clients.
	InternalShowsExternal = fault("internal-shows-external")
	// SecondQueryNodeInPlaintext serves plaintext at one of a cluster's components, and logs that it does not.
	SecondQueryNodeInPlaintext = fault("second-querynode-in-plaintext")
	// OddFailsOpen serves plaintext at the one component of a cluster whose certificate cannot be used.
	OddFailsOpen = fault("odd-fails-open")
	// OddLooksWell reports at that component's health address that it is healthy.
	OddLooksWell = fault("odd-looks-well")
	// QueueOverTLSFails cannot reach a message queue that serves TLS, through which components hear of a new collection.
	QueueOverTLSFails = fault("queue-over-tls-fails")
	// HealthyWhileStuck reports that it is healthy although its components cannot reach each other.
	HealthyWhileStuck = fault("healthy-while-stuck")
)

// Faults in what a distribution ships.
var (
	// TakesShippedFiles starts with the certificates that its distribution ships where none are configured.
	TakesShippedFiles = fault("takes-shipped-files")
)

// Faults in REST and the management port.
var (
	// RESTSharesGRPCPort serves REST over TLS on gRPC's port as well.
	RESTSharesGRPCPort = fault("rest-shares-grpc-port")
	// RESTVanishes starts without REST and without a message where TLS is on and REST has no port of its own.
	RESTVanishes = fault("rest-vanishes")
	// RESTv2PostOnly answers 404 to the documentation's GET of the v2 list.
	RESTv2PostOnly = fault("rest-v2-post-only")
	// TakesCurlForPlaintext answers curl over TLS that it sent an HTTP request to an HTTPS server.
	TakesCurlForPlaintext = fault("takes-curl-for-plaintext")
	// RESTRefusesEverybody requires a certificate of an unknown CA on REST's TLS port.
	RESTRefusesEverybody = fault("rest-refuses-everybody")
	// HTTP1Alone agrees with clients of REST on HTTP/1.1 alone.
	HTTP1Alone = fault("http1-alone")
	// HTTP2Open asks clients that speak HTTP/2 to REST for no certificate.
	HTTP2Open = fault("http2-open")
	// HSTSNever sends no Strict-Transport-Security header although it is switched on.
	HSTSNever = fault("hsts-never")
	// HSTSAlways sends the header although it is switched off.
	HSTSAlways = fault("hsts-always")
	// HSTSForAYear sends the header with an age of a year whatever is configured.
	HSTSForAYear = fault("hsts-for-a-year")
	// ManagementData answers the old data API on the plaintext management port.
	ManagementData = fault("management-data")
	// InsertLost acknowledges an insert and stores nothing.
	InsertLost = fault("insert-lost")
)

// Faults in etcd and the object store.
var (
	// BackendsInPlaintext has encrypted backends that serve plaintext alone, and a server that goes to them so.
	BackendsInPlaintext = fault("backends-in-plaintext")
	// EtcdAsksNobody has an encrypted etcd that asks for no client certificate.
	EtcdAsksNobody = fault("etcd-asks-nobody")
	// IgnoresBackends starts whether it can reach its backends or not.
	IgnoresBackends = fault("ignores-backends")
	// IgnoresStoreFloor goes to the object store over TLS 1.2 whatever floor is configured.
	IgnoresStoreFloor = fault("ignores-store-floor")
	// TellsBackendsInPlaintext sends names to its backends in plaintext before it sends them over TLS.
	TellsBackendsInPlaintext = fault("tells-backends-in-plaintext")
)

// Faults in what is found after another release took over.
var (
	// LosesRowsOnUpgrade drops a row of what it takes over.
	LosesRowsOnUpgrade = fault("loses-rows-on-upgrade")
	// SearchChangedByUpgrade finds the farthest rows first in what it takes over.
	SearchChangedByUpgrade = fault("search-changed-by-upgrade")
	// ForgetsUsersOnUpgrade knows only root after it took over.
	ForgetsUsersOnUpgrade = fault("forgets-users-on-upgrade")
	// OpensPlaintextAfterUpgrade serves plaintext clients too after it took over.
	OpensPlaintextAfterUpgrade = fault("opens-plaintext-after-upgrade")
	// FailedStartCorrupts drops a row when it fails to start on what it takes over.
	FailedStartCorrupts = fault("failed-start-corrupts")
	// DoesNotTakeOver ends at its start where another release was.
	DoesNotTakeOver = fault("does-not-take-over")
	// TripsOverDrops ends at its start where the one before had not released a collection that was dropped.
	TripsOverDrops = fault("trips-over-drops")
	// ShutsOutOldClients answers REST's searches in what it takes over with an error.
	ShutsOutOldClients = fault("shuts-out-old-clients")
	// StartsPastASkippedStep starts on the data of a release from which another one has to be upgraded to first.
	StartsPastASkippedStep = fault("starts-past-a-skipped-step")
	// LosesRowsOnReturn drops a row when a release comes back after another ran.
	LosesRowsOnReturn = fault("loses-rows-on-return")
	// ReadsOldSettingsOtherwise serves no REST with another release's milvus.yaml.
	ReadsOldSettingsOtherwise = fault("reads-old-settings-otherwise")
)

// Faults in how a component of a cluster starts, and in what it does once it was replaced.
var (
	// QueryNodeNeverRegisters has the second querynode never say that it is well.
	QueryNodeNeverRegisters = fault("querynode-never-registers")
	// QueryNodeEndsAtStart has the second querynode end while it starts.
	QueryNodeEndsAtStart = fault("querynode-ends-at-start")
	// ReplacedInPlaintext has a component that was replaced serve plaintext too.
	ReplacedInPlaintext = fault("replaced-in-plaintext")
	// NeverComesBack has a querynode that was replaced never say that it is well.
	NeverComesBack = fault("never-comes-back")
	// ReplacedProxyDropsClients has the second proxy, once replaced, send every gRPC client away.
	ReplacedProxyDropsClients = fault("replaced-proxy-drops-clients")
)

// Faults that a careless harness would misinterpret.
var (
	// RefusesEverybody refuses every TLS client in mode 2, good ones too.
	RefusesEverybody = fault("refuses-everybody")
	// ClosesWithoutAlert cuts a refused client off with no TLS alert.
	ClosesWithoutAlert = fault("closes-without-alert")
	// NeverAnswers accepts connections to gRPC and REST and sends nothing.
	NeverAnswers = fault("never-answers")
	// ServesEveryFifthBadClient serves one in five of the clients that mode 2 should refuse for their certificate.
	ServesEveryFifthBadClient = fault("serves-every-fifth-bad-client")
)

// Faults in clients that mean harm.
var (
	// EndsOverUnreadableCertificate ends when a client shows a certificate of which not even the beginning can be read.
	EndsOverUnreadableCertificate = fault("ends-over-unreadable-certificate")
	// ServesFewAtOnce serves few connections at once on gRPC's port, and closes others.
	ServesFewAtOnce = fault("serves-few-at-once")
	// AnswersMalformedHellos answers a malformed ClientHello with ServerHello.
	AnswersMalformedHellos = fault("answers-malformed-hellos")
	// RefusesSplitHellos refuses a ClientHello that does not come in one record.
	RefusesSplitHellos = fault("refuses-split-hellos")
	// EndsOverATornHeader ends when a client leaves within the header of its first record.
	EndsOverATornHeader = fault("ends-over-a-torn-header")
)

// Faults in what the server was built with.
var (
	// HasNoEngine cannot search, as a server that was built without its vector engine.
	HasNoEngine = fault("has-no-engine")
)

type faults map[Fault]bool

// known fails for a fault that is none.
func (l faults) known() error {
	for fault := range l {
		if !slices.Contains(Faults, fault) {
			return fmt.Errorf("choose faults: %q is not one of %v", fault, Faults)
		}
	}
	return nil
}
