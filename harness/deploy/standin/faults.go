package standin

import (
	"fmt"
	"slices"
)

// A Fault is one thing that a stand-in does otherwise than an honest server.
type Fault string

// Faults in whom mode 2 lets in.
const (
	// AcceptsAnyClientCertificate asks for a certificate and never checks whose it is.
	AcceptsAnyClientCertificate Fault = "accepts-any-client-certificate"
	// RequestsButDoesNotRequire serves a client without a certificate, and checks one that is shown.
	RequestsButDoesNotRequire Fault = "requests-but-does-not-require"
	// IgnoresExpiry takes a client certificate for valid at any time.
	IgnoresExpiry Fault = "ignores-expiry"
	// IgnoresKeyUsage takes a client certificate whatever its extended key usage is.
	IgnoresKeyUsage Fault = "ignores-key-usage"
	// TrustsCAByName compares the issuer's name with the CA's, and no signature.
	TrustsCAByName Fault = "trusts-ca-by-name"
	// UsersInsteadOfCertificates asks for no certificate where users are on.
	UsersInsteadOfCertificates Fault = "users-instead-of-certificates"
	// RefusesEd25519 refuses a client whose key is Ed25519.
	RefusesEd25519 Fault = "refuses-ed25519"
	// IgnoresIntermediateExpiry takes a CA that is sent along for valid at any time.
	IgnoresIntermediateExpiry Fault = "ignores-intermediate-expiry"
	// IgnoresPathLength lets a CA issue CAs whatever its path length is.
	IgnoresPathLength Fault = "ignores-path-length"
	// IgnoresNameConstraints lets a CA certify any name.
	IgnoresNameConstraints Fault = "ignores-name-constraints"
	// IgnoresCriticalExtensions serves a client whose certificate has a critical extension that the server does not know.
	IgnoresCriticalExtensions Fault = "ignores-critical-extensions"
	// IgnoresIntermediateUsage lets a CA that is sent along issue clients whatever its extended key usage is.
	IgnoresIntermediateUsage Fault = "ignores-intermediate-usage"
	// TakesAnyIssuerForCA lets every certificate that is sent along issue others.
	TakesAnyIssuerForCA Fault = "takes-any-issuer-for-ca"
	// AcceptsSHA1 serves a client whose certificate is signed over SHA-1.
	AcceptsSHA1 Fault = "accepts-sha1"
	// TriesOnePathAlone takes of the CAs of one name that are sent along the first alone.
	TriesOnePathAlone Fault = "tries-one-path-alone"
	// ChecksAsGoDoes holds no name constraint against a subject, as no Go does.
	ChecksAsGoDoes Fault = "checks-as-go-does"
	// RefusesAnyUsage refuses a client whose certificate allows any use, as OpenSSL does and Go does not.
	RefusesAnyUsage Fault = "refuses-any-usage"
	// RESTOpen asks for a client certificate on gRPC's port and not on REST's.
	RESTOpen Fault = "rest-open"
)

// Faults in the protocol that a port speaks.
const (
	// AllowsTLS12InMode2 negotiates TLS 1.2 in mode 2.
	AllowsTLS12InMode2 Fault = "allows-tls12-in-mode-2"
	// AllowsTLS10 negotiates TLS 1.0 and up in modes 1 and 2.
	AllowsTLS10 Fault = "allows-tls10"
	// RESTInPlaintext serves REST without TLS in modes 1 and 2.
	RESTInPlaintext Fault = "rest-in-plaintext"
	// GRPCInPlaintext serves gRPC without TLS in modes 1 and 2.
	GRPCInPlaintext Fault = "grpc-in-plaintext"
	// PlaintextBesideTLS serves plaintext clients too in modes 1 and 2, on both ports.
	PlaintextBesideTLS Fault = "plaintext-beside-tls"
	// TLSInMode0 serves TLS alone in mode 0.
	TLSInMode0 Fault = "tls-in-mode-0"
	// RepeatsCanaryInPlaintext repeats a canary beside TLS to the client that sent it.
	RepeatsCanaryInPlaintext Fault = "repeats-canary-in-plaintext"
	// HangsTLSClientsInMode0 reads a ClientHello in mode 0 and never answers it.
	HangsTLSClientsInMode0 Fault = "hangs-tls-clients-in-mode-0"
)

// Faults in the server's own certificate.
const (
	// AnotherCertificate shows another certificate than the configured one, as valid as that.
	AnotherCertificate Fault = "another-certificate"
	// CertificateForAnyName shows a certificate that is good for wrong.example too.
	CertificateForAnyName Fault = "certificate-for-any-name"
	// ReloadsFiles takes up certificate, key and CA file anew for each client.
	ReloadsFiles Fault = "reloads-files"
	// KeepsOldFiles goes on with the files of the server that it follows, as they were.
	KeepsOldFiles Fault = "keeps-old-files"
)

// Faults in the configuration.
const (
	// StartsWithMissingFile starts with a certificate, key or CA of its own where a file cannot be used.
	StartsWithMissingFile Fault = "starts-with-missing-file"
	// StartsWithMismatchedKey starts although the key is not the certificate's.
	StartsWithMismatchedKey Fault = "starts-with-mismatched-key"
	// ReadsPKCS8Alone does not start with a key in its algorithm's own form.
	ReadsPKCS8Alone Fault = "reads-pkcs8-alone"
	// DiesWithoutAReason logs nothing when it fails to start.
	DiesWithoutAReason Fault = "dies-without-a-reason"
	// FailsWithStatus0 ends a failed start as an ordinary stop ends, as 2.6.20 does at times.
	FailsWithStatus0 Fault = "fails-with-status-0"
	// UnknownModeAs0 takes a mode that it does not know for 0.
	UnknownModeAs0 Fault = "unknown-mode-as-0"
	// Mode1AsksForClientCertificate requires a client certificate in mode 1.
	Mode1AsksForClientCertificate Fault = "mode-1-asks-for-client-certificate"
	// Mode1ChecksWhatIsShown refuses a bad client certificate in mode 1, and serves a client without one.
	Mode1ChecksWhatIsShown Fault = "mode-1-checks-what-is-shown"
	// Mode1WantsCAFile does not start in mode 1 without a CA file.
	Mode1WantsCAFile Fault = "mode-1-wants-ca-file"
	// OtherKeyWorks switches mode 1 on by common.security.tlsEnabled as well.
	OtherKeyWorks Fault = "other-key-works"
	// IgnoresTLSMode reads every mode as 0.
	IgnoresTLSMode Fault = "ignores-tls-mode"
	// NestedModeOnly reads tlsMode below common.security alone, as every release does.
	NestedModeOnly Fault = "nested-mode-only"
	// IgnoresMounts starts from the image's own configuration, in mode 0, whatever Compose mounts over it.
	IgnoresMounts Fault = "ignores-mounts"
	// AbsolutePathsOnly does not start with a relative path.
	AbsolutePathsOnly Fault = "absolute-paths-only"
	// AuthenticationOff serves everybody although users are on.
	AuthenticationOff Fault = "authentication-off"
)

// Faults in manifests.
const (
	// IgnoresMisplacedKeys starts without a word although a TLS key stands where nobody reads it.
	IgnoresMisplacedKeys Fault = "ignores-misplaced-keys"
	// IgnoresGivenConfiguration leaves out what a deployer merges over the stock configuration.
	IgnoresGivenConfiguration Fault = "ignores-given-configuration"
	// IgnoresUserYAML does not merge user.yaml, as 2.2 and 2.3 do not.
	IgnoresUserYAML Fault = "ignores-user-yaml"
	// InternalInPlaintext serves components in plaintext although internal TLS is on.
	InternalInPlaintext Fault = "internal-in-plaintext"
)

// Faults in TLS between components.
const (
	// InternalPlaintextBesideTLS serves components in plaintext too.
	InternalPlaintextBesideTLS Fault = "internal-plaintext-beside-tls"
	// InternalFailsOpen serves components in plaintext where the internal certificate cannot be used, as 2.5 and 2.6 do.
	InternalFailsOpen Fault = "internal-fails-open"
	// InternalDataNodeFailsOpen does so at the data node's port alone.
	InternalDataNodeFailsOpen Fault = "internal-datanode-fails-open"
	// InternalAsksForCertificate asks components for a client certificate, and serves them whatever they show.
	InternalAsksForCertificate Fault = "internal-asks-for-certificate"
	// InternalIgnoresName takes the certificate of a component for good whatever name it is for.
	InternalIgnoresName Fault = "internal-ignores-name"
	// InternalIgnoresIssuer takes it for good whoever signed it.
	InternalIgnoresIssuer Fault = "internal-ignores-issuer"
	// InternalHangsWithoutName says that it is ready where components are told no name, and changes no schema, as 2.6 does.
	InternalHangsWithoutName Fault = "internal-hangs-without-name"
	// InternalSilent gets stuck without a word in its log.
	InternalSilent Fault = "internal-silent"
	// InternalLogsFalse logs value=false where internal TLS is on.
	InternalLogsFalse Fault = "internal-logs-false"
	// InternalLogsTrue logs value=true where it is off.
	InternalLogsTrue Fault = "internal-logs-true"
	// InternalOffBesideExternal switches internal TLS off where external TLS is on.
	InternalOffBesideExternal Fault = "internal-off-beside-external"
	// TellsComponentsInPlaintext says names to a component in plaintext before it says them over TLS.
	TellsComponentsInPlaintext Fault = "tells-components-in-plaintext"
	// InternalShowsExternal shows components the certificate that is for clients.
	InternalShowsExternal Fault = "internal-shows-external"
	// SecondQueryNodeInPlaintext serves plaintext at one of a cluster's components, and logs that it does not.
	SecondQueryNodeInPlaintext Fault = "second-querynode-in-plaintext"
	// OddFailsOpen serves plaintext at the one component of a cluster whose certificate cannot be used.
	OddFailsOpen Fault = "odd-fails-open"
	// OddLooksWell says at that component's health address that it is well.
	OddLooksWell Fault = "odd-looks-well"
	// QueueOverTLSFails cannot reach a message queue that serves TLS, through which components hear of a new collection.
	QueueOverTLSFails Fault = "queue-over-tls-fails"
	// HealthyWhileStuck says at its health address that it is well although its components cannot reach each other.
	HealthyWhileStuck Fault = "healthy-while-stuck"
)

// Faults in what a distribution ships.
const (
	// TakesShippedFiles starts with the certificates that its distribution ships where none are configured.
	TakesShippedFiles Fault = "takes-shipped-files"
)

// Faults in REST and the management port.
const (
	// RESTSharesGRPCPort serves REST over TLS on gRPC's port as well.
	RESTSharesGRPCPort Fault = "rest-shares-grpc-port"
	// RESTVanishes starts without REST, and without a word, where TLS is on and REST has no port of its own.
	RESTVanishes Fault = "rest-vanishes"
	// RESTv2PostOnly answers 404 to the documentation's GET of the v2 list.
	RESTv2PostOnly Fault = "rest-v2-post-only"
	// TakesCurlForPlaintext tells curl over TLS that it sent an HTTP request to an HTTPS server.
	TakesCurlForPlaintext Fault = "takes-curl-for-plaintext"
	// RESTRefusesEverybody demands a certificate of a CA that nobody has, on REST's TLS port.
	RESTRefusesEverybody Fault = "rest-refuses-everybody"
	// HTTP1Alone agrees with clients of REST on HTTP/1.1 alone.
	HTTP1Alone Fault = "http1-alone"
	// HTTP2Open asks clients that speak HTTP/2 to REST for no certificate.
	HTTP2Open Fault = "http2-open"
	// HSTSNever sends no Strict-Transport-Security header although it is switched on.
	HSTSNever Fault = "hsts-never"
	// HSTSAlways sends the header although it is switched off.
	HSTSAlways Fault = "hsts-always"
	// HSTSForAYear sends the header with an age of a year whatever is configured.
	HSTSForAYear Fault = "hsts-for-a-year"
	// ManagementData answers the old data API on the plaintext management port.
	ManagementData Fault = "management-data"
	// InsertLost acknowledges an insert and stores nothing.
	InsertLost Fault = "insert-lost"
)

// Faults in etcd and the object store.
const (
	// BackendsInPlaintext has encrypted backends that serve plaintext alone, and a server that goes to them so.
	BackendsInPlaintext Fault = "backends-in-plaintext"
	// EtcdAsksNobody has an encrypted etcd that asks for no client certificate.
	EtcdAsksNobody Fault = "etcd-asks-nobody"
	// IgnoresBackends starts whether it can reach its backends or not.
	IgnoresBackends Fault = "ignores-backends"
	// IgnoresStoreFloor goes to the object store over TLS 1.2 whatever floor is configured.
	IgnoresStoreFloor Fault = "ignores-store-floor"
	// TellsBackendsInPlaintext says names to its backends in plaintext before it says them over TLS.
	TellsBackendsInPlaintext Fault = "tells-backends-in-plaintext"
)

// Faults in what is found after another release took over.
const (
	// LosesRowsOnUpgrade drops a row of what it takes over.
	LosesRowsOnUpgrade Fault = "loses-rows-on-upgrade"
	// SearchChangedByUpgrade finds the farthest rows first in what it takes over.
	SearchChangedByUpgrade Fault = "search-changed-by-upgrade"
	// ForgetsUsersOnUpgrade knows only root after it took over.
	ForgetsUsersOnUpgrade Fault = "forgets-users-on-upgrade"
	// OpensPlaintextAfterUpgrade serves plaintext clients too after it took over.
	OpensPlaintextAfterUpgrade Fault = "opens-plaintext-after-upgrade"
	// FailedStartCorrupts drops a row when it fails to start on what it takes over.
	FailedStartCorrupts Fault = "failed-start-corrupts"
	// DoesNotTakeOver ends at its start where another release was.
	DoesNotTakeOver Fault = "does-not-take-over"
	// TripsOverDrops ends at its start where the one before had not released a collection that was dropped.
	TripsOverDrops Fault = "trips-over-drops"
	// ShutsOutOldClients answers REST's searches in what it takes over with an error.
	ShutsOutOldClients Fault = "shuts-out-old-clients"
	// StartsPastASkippedStep starts on the data of a release from which another one has to be upgraded to first.
	StartsPastASkippedStep Fault = "starts-past-a-skipped-step"
	// LosesRowsOnReturn drops a row when a release comes back after another ran.
	LosesRowsOnReturn Fault = "loses-rows-on-return"
	// ReadsOldSettingsOtherwise serves no REST with another release's milvus.yaml.
	ReadsOldSettingsOtherwise Fault = "reads-old-settings-otherwise"
)

// Faults that a harness which does not look closely takes for something else.
const (
	// RefusesEverybody refuses every TLS client in mode 2, good ones too.
	RefusesEverybody Fault = "refuses-everybody"
	// ClosesWithoutAlert cuts a refused client off with no TLS alert.
	ClosesWithoutAlert Fault = "closes-without-alert"
	// NeverAnswers accepts connections to gRPC and REST and says nothing.
	NeverAnswers Fault = "never-answers"
	// ServesEveryFifthBadClient serves one in five of the clients that mode 2 should refuse for their certificate.
	ServesEveryFifthBadClient Fault = "serves-every-fifth-bad-client"
)

// Faults in clients that mean harm.
const (
	// EndsOverUnreadableCertificate ends when a client shows a certificate of which not even the beginning can be read.
	EndsOverUnreadableCertificate Fault = "ends-over-unreadable-certificate"
	// ServesFewAtOnce serves few connections at once on gRPC's port, and closes others.
	ServesFewAtOnce Fault = "serves-few-at-once"
	// AnswersMalformedHellos says ServerHello to a ClientHello that cannot be read.
	AnswersMalformedHellos Fault = "answers-malformed-hellos"
	// RefusesSplitHellos refuses a ClientHello that does not come in one record.
	RefusesSplitHellos Fault = "refuses-split-hellos"
	// EndsOverATornHeader ends when a client leaves within the header of its first record.
	EndsOverATornHeader Fault = "ends-over-a-torn-header"
)

// Faults in what the server was built with.
const (
	// HasNoEngine cannot search, as a server that was built without its vector engine.
	HasNoEngine Fault = "has-no-engine"
)

// Faults lists every fault.
var Faults = []Fault{
	AcceptsAnyClientCertificate, RequestsButDoesNotRequire, IgnoresExpiry, IgnoresKeyUsage, TrustsCAByName,
	IgnoresIntermediateExpiry, IgnoresPathLength, IgnoresNameConstraints, IgnoresCriticalExtensions, IgnoresIntermediateUsage,
	TakesAnyIssuerForCA, AcceptsSHA1, TriesOnePathAlone, ChecksAsGoDoes, RefusesAnyUsage,
	UsersInsteadOfCertificates, RefusesEd25519, RESTOpen,
	AllowsTLS12InMode2, AllowsTLS10, RESTInPlaintext, GRPCInPlaintext, PlaintextBesideTLS, TLSInMode0, HangsTLSClientsInMode0, RepeatsCanaryInPlaintext,
	AnotherCertificate, CertificateForAnyName, ReloadsFiles, KeepsOldFiles,
	StartsWithMissingFile, StartsWithMismatchedKey, ReadsPKCS8Alone, DiesWithoutAReason, FailsWithStatus0, UnknownModeAs0, Mode1AsksForClientCertificate,
	Mode1ChecksWhatIsShown, Mode1WantsCAFile, OtherKeyWorks, IgnoresTLSMode, NestedModeOnly, IgnoresMounts, AbsolutePathsOnly, AuthenticationOff,
	IgnoresMisplacedKeys, IgnoresGivenConfiguration, IgnoresUserYAML, InternalInPlaintext,
	TellsComponentsInPlaintext,
	TakesShippedFiles, InternalPlaintextBesideTLS, InternalFailsOpen, InternalDataNodeFailsOpen, InternalAsksForCertificate, InternalIgnoresName, InternalIgnoresIssuer,
	InternalHangsWithoutName, InternalSilent, InternalLogsFalse, InternalLogsTrue, InternalOffBesideExternal, InternalShowsExternal, HealthyWhileStuck,
	SecondQueryNodeInPlaintext, OddFailsOpen, OddLooksWell, QueueOverTLSFails,
	RESTSharesGRPCPort, RESTVanishes, RESTv2PostOnly, TakesCurlForPlaintext, RESTRefusesEverybody, HTTP1Alone, HTTP2Open, HSTSNever, HSTSAlways, HSTSForAYear, ManagementData, InsertLost,
	BackendsInPlaintext, EtcdAsksNobody, IgnoresBackends, IgnoresStoreFloor, TellsBackendsInPlaintext,
	LosesRowsOnUpgrade, SearchChangedByUpgrade, ForgetsUsersOnUpgrade, OpensPlaintextAfterUpgrade, FailedStartCorrupts,
	DoesNotTakeOver, TripsOverDrops, ShutsOutOldClients, ReadsOldSettingsOtherwise, StartsPastASkippedStep, LosesRowsOnReturn,
	RefusesEverybody, ClosesWithoutAlert, NeverAnswers, ServesEveryFifthBadClient,
	EndsOverUnreadableCertificate, ServesFewAtOnce, AnswersMalformedHellos, RefusesSplitHellos, EndsOverATornHeader,
	HasNoEngine,
}

// faults is the faults of one stand-in.
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
