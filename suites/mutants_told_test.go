//go:build !e2e

package suites

import (
	"slices"

	"milvus-tls-e2e/harness/deploy/standin"
)

// A mutant is a fault, where it is told, and exactly the claims that it breaks.
type mutant struct {
	fault   standin.Fault
	told    []string // topologies
	refutes []string // claims

	upgrade bool // the fault is told by a server that takes over from another
	how     step // in what kind of upgrade
}

// Whatever makes a port of mode 1 unusable for the clients that the pages
// describe breaks these: what is claimed of such a client and needs no control, since
// every control fails there.
var (
	mode1AtREST = of("mode-key", "mode-1-server-only", "rotation-after-restart", "rotation-while-running", "served-cert-is-configured")
	mode2AtREST = of("mode-key", "good-client-cert-served", "mode-2-both", "mode-2-files",
		"rest-port-rules", "rotation-after-restart", "rotation-while-running", "served-cert-is-configured")
	mode1AtGRPC = of("config-block-takes-effect", "mode-key", "mode-1-files", "mode-1-server-only",
		"rotation-after-restart", "rotation-while-running", "served-cert-is-configured")
	// A server with a certificate of its own choice starts without the
	// configured files too.
	otherCertificate = of("config-block-takes-effect", "mode-key", "client-cert-ignored", "mode-1-client-trust", "mode-1-files", "mode-1-server-only", "protocol-floor",
		"rest-http2", "rest-http2-admission", "rest-own-port", "rotation-after-restart", "rotation-while-running", "sdk-data-path", "served-cert-is-configured", "manifest-misplaced-keys-noticed", "helm-external", "operator-external")
	// What a server from a manifest is asked for as well.
	manifests = of("helm-external", "operator-external")
)

var mutants = slices.Concat(alone, upgrading)

// alone are faults of a server by itself.
var alone = []mutant{
	{fault: standin.TLSInMode0, told: in("mode-0"), refutes: of("mode-0-plain", "mode-key")},
	{fault: standin.HangsTLSClientsInMode0, told: in("mode-0-rest-off"), refutes: of("tls-client-on-plain", "client-cert-ignored", "plaintext-port-ends-tls")},
	{fault: standin.OtherKeyWorks, told: in("mode-0"), refutes: of("mode-key")},
	{fault: standin.IgnoresTLSMode, told: in("mode-1"), refutes: slices.Concat(of("config-block-takes-effect", "mode-1-files", "unknown-mode-refused", "manifest-misplaced-keys-noticed"), manifests, mode1AtREST)},
	{fault: standin.InsertLost, told: in("mode-0"), refutes: of("sdk-data-path")},
	{fault: standin.NestedModeOnly, told: in("mode-1"), refutes: of("config-block-takes-effect")},

	{fault: standin.Mode1AsksForClientCertificate, told: in("mode-1"), refutes: mode1AtREST},
	{fault: standin.Mode1ChecksWhatIsShown, told: in("mode-1"), refutes: of("client-cert-ignored")},
	{fault: standin.Mode1WantsCAFile, told: in("mode-1"), refutes: of("mode-1-files")},
	{fault: standin.PlaintextBesideTLS, told: in("mode-1"), refutes: append(of("rest-http2-admission", "config-block-takes-effect", "mode-1-files", "plain-client-refused", "tls-violations-alerted", "tls-violations-refused", "weak-tls-refused"), manifests...)},
	{fault: standin.GRPCInPlaintext, told: in("mode-1"), refutes: slices.Concat(manifests, mode1AtGRPC)},
	{fault: standin.RESTInPlaintext, told: in("mode-1"), refutes: slices.Concat(of("clients-agree", "config-block-takes-effect", "mode-1-files"), manifests, mode1AtREST)},
	{fault: standin.RESTRefusesEverybody, told: in("mode-1"), refutes: append(of("clients-agree", "rest-port-rules"), mode1AtREST...)},
	{fault: standin.RESTRefusesEverybody, told: in("mode-2"), refutes: append(of("clients-agree"), mode2AtREST...)},
	{fault: standin.HTTP1Alone, told: in("mode-1"), refutes: of("rest-http2", "rest-http2-admission")},
	{fault: standin.HTTP2Open, told: in("mode-2"), refutes: of("rest-http2-admission")},
	{fault: standin.HSTSNever, told: in("mode-1"), refutes: of("rest-hsts")},
	{fault: standin.HSTSForAYear, told: in("mode-1"), refutes: of("rest-hsts")},
	{fault: standin.HSTSAlways, told: in("mode-1", "mode-2"), refutes: of("rest-hsts")},
	{fault: standin.RESTSharesGRPCPort, told: in("mode-1"), refutes: of("rest-own-port")},
	{fault: standin.RESTVanishes, told: in("mode-1-rest-unset", "mode-2-rest-equal"), refutes: of("rest-port-rules")},
	{fault: standin.RESTv2PostOnly, told: in("mode-1"), refutes: of("curl-answer")},
	{fault: standin.TakesCurlForPlaintext, told: in("mode-1"), refutes: of("clients-agree", "curl-answer", "curl-one-way", "mode-1-server-only", "rest-own-port", "rotation-after-restart", "sdk-data-path")},
	{fault: standin.TakesCurlForPlaintext, told: in("mode-2"), refutes: of("clients-agree", "curl-answer", "curl-two-way", "good-client-cert-served", "mode-2-both", "mode-2-files", "rest-own-port", "rotation-after-restart", "sdk-data-path")},
	{fault: standin.AnotherCertificate, told: in("mode-1"), refutes: otherCertificate},
	{fault: standin.CertificateForAnyName, told: in("mode-1"), refutes: append(of("wrong-name-refused"), otherCertificate...)},
	{fault: standin.ReloadsFiles, told: in("mode-1", "mode-2"), refutes: of("rotation-while-running")},
	{fault: standin.StopsOverReplacedFiles, told: in("mode-2"), refutes: of("rotation-under-traffic")},
	{fault: standin.KeepsOldFiles, told: in("mode-1"), refutes: of("rotation-after-restart")},
	{fault: standin.KeepsOldFiles, told: in("mode-2"), refutes: of("removed-ca-refused", "rotation-after-restart")},
	{fault: standin.AuthenticationOff, told: in("mode-1-auth"), refutes: of("auth-is-separate")},
	{fault: standin.ManagementData, told: in("mode-1", "mode-2"), refutes: of("management-no-plain-data")},
	{fault: standin.AllowsTLS10, told: in("mode-1", "mode-2"), refutes: of("rest-http2-admission", "protocol-floor", "legacy-ciphers-refused", "weak-tls-refused")},

	{fault: standin.AllowsTLS12InMode2, told: in("mode-2"), refutes: of("rest-http2-admission", "protocol-floor", "weak-tls-refused")},
	{fault: standin.RequestsButDoesNotRequire, told: in("mode-2"), refutes: append(of("rest-http2-admission", "mode-2-both", "mode-2-files"), manifests...)},
	{fault: standin.AcceptsAnyClientCertificate, told: in("mode-2"), refutes: of("ended-cert-not-resumed", "client-chains-as-go", "forbidden-client-cert-refused", "unusual-client-cert-as-go", "rest-http2-admission", "bad-client-cert-refused", "hostile-cert-survived", "removed-ca-refused", "rotation-while-running")},
	{fault: standin.IgnoresExpiry, told: in("mode-2"), refutes: of("ended-cert-not-resumed", "client-chains-as-go", "forbidden-client-cert-refused", "rest-http2-admission", "bad-client-cert-refused")},
	{fault: standin.IgnoresKeyUsage, told: in("mode-2"), refutes: of("client-chains-as-go", "forbidden-client-cert-refused", "unusual-client-cert-as-go", "rest-http2-admission", "bad-client-cert-refused")},
	{fault: standin.TrustsCAByName, told: in("mode-2"), refutes: of("forbidden-client-cert-refused", "rest-http2-admission", "bad-client-cert-refused", "hostile-cert-survived")},
	{fault: standin.IgnoresIntermediateExpiry, told: in("mode-2"), refutes: of("ended-cert-not-resumed", "client-chains-as-go", "forbidden-client-cert-refused")},
	{fault: standin.IgnoresPathLength, told: in("mode-2"), refutes: of("forbidden-client-cert-refused")},
	{fault: standin.IgnoresNameConstraints, told: in("mode-2"), refutes: of("client-chains-as-go", "forbidden-client-cert-refused")},
	{fault: standin.IgnoresCriticalExtensions, told: in("mode-2"), refutes: of("forbidden-client-cert-refused")},
	{fault: standin.TakesAnyIssuerForCA, told: in("mode-2"), refutes: of("client-chains-as-go", "rest-http2-admission", "bad-client-cert-refused", "forbidden-client-cert-refused")},
	{fault: standin.AcceptsSHA1, told: in("mode-2"), refutes: of("forbidden-client-cert-refused")},
	{fault: standin.TriesOnePathAlone, told: in("mode-2"), refutes: of("client-chains-as-go", "unusual-client-cert-as-go")},
	{fault: standin.ChecksAsGoDoes, told: in("mode-2"), refutes: of("forbidden-client-cert-refused")},
	{fault: standin.IgnoresIntermediateUsage, told: in("mode-2"), refutes: of("client-chains-as-go", "unusual-client-cert-as-go")},
	{fault: standin.RefusesAnyUsage, told: in("mode-2"), refutes: of("unusual-client-cert-as-go")},
	{fault: standin.RefusesEd25519, told: in("mode-2"), refutes: of("rest-http2-admission", "good-client-cert-served")},
	{fault: standin.ResumesAfterExpiry, told: in("mode-2"), refutes: of("ended-cert-not-resumed")},
	{fault: standin.RESTOpen, told: in("mode-2"), refutes: of("ended-cert-not-resumed", "client-chains-as-go", "forbidden-client-cert-refused", "unusual-client-cert-as-go", "rest-http2-admission", "clients-agree", "bad-client-cert-refused", "hostile-cert-survived", "mode-2-both", "mode-2-files", "removed-ca-refused", "rotation-while-running")},
	{fault: standin.UsersInsteadOfCertificates, told: in("mode-2-auth"), refutes: of("auth-is-separate", "bad-client-cert-refused", "mode-2-both")},
	{fault: standin.AbsolutePathsOnly, told: in("mode-2"), refutes: of("relative-paths", "compose-mounts")},
	{fault: standin.IgnoresMounts, told: in("mode-2"), refutes: of("compose-mounts", "config-replace")},
	{fault: standin.StartsWithMissingFile, told: in("mode-2"), refutes: of("mode-2-files", "start-refuses-bad-files", "start-refuses-odd-files")},
	{fault: standin.StartsWithMismatchedKey, told: in("mode-2"), refutes: of("start-refuses-bad-files", "start-refuses-odd-files")},
	{fault: standin.ReadsPKCS8Alone, told: in("mode-2"), refutes: of("start-takes-valid-forms")},
	{fault: standin.DiesWithoutAReason, told: in("mode-2"), refutes: of("mode-2-files", "start-refuses-bad-files", "start-refuses-odd-files")},
	{fault: standin.FailsWithStatus0, told: in("mode-2"), refutes: of("failed-start-exits-nonzero")},
	{fault: standin.FailsWithStatus0, told: in("mode-3"), refutes: of("failed-start-exits-nonzero")},
	{fault: standin.FailsWithStatus0, told: in("mode-1-rest-unset"), refutes: of("failed-start-exits-nonzero")},
	{fault: standin.UnknownModeAs0, told: in("mode-3"), refutes: of("unknown-mode-refused")},
	{fault: standin.UnknownModeAs0, told: in("mode-1-rest-off"), refutes: of("unknown-mode-refused")},

	{fault: standin.EndsOverUnreadableCertificate, told: in("mode-2"), refutes: of("hostile-cert-survived")},
	{fault: standin.ServesFewAtOnce, told: in("mode-1"), refutes: of("idle-connections-survived")},

	{fault: standin.AnswersMalformedHellos, told: in("mode-1"), refutes: of("tls-violations-alerted", "tls-violations-refused")},
	{fault: standin.EndsOverATornHeader, told: in("mode-2"), refutes: of("tls-violations-refused")},
	{fault: standin.RefusesSplitHellos, told: in("mode-1"), refutes: of("tls-tolerance")},
	{fault: standin.ClosesWithoutAlert, told: in("mode-1"), refutes: of("tls-violations-alerted")},

	{fault: standin.InsertLost, told: in("etcd-tls", "store-tls"), refutes: of("backend-tls-works")},
	{fault: standin.BackendsInPlaintext, told: in("etcd-tls", "store-tls"), refutes: of("backend-tls-only", "backend-bad-files-stop-start", "store-tls-floor", "wire-etcd", "wire-store")},
	{fault: standin.TellsBackendsInPlaintext, told: in("etcd-tls", "store-tls"), refutes: of("wire-etcd", "wire-store")},
	{fault: standin.RepeatsCanaryInPlaintext, told: in("mode-1", "mode-2"), refutes: of("wire-external")},
	{fault: standin.EtcdAsksNobody, told: in("mode-2-etcd-tls"), refutes: of("backend-tls-only")},
	{fault: standin.IgnoresBackends, told: in("etcd-tls", "store-tls"), refutes: of("backend-bad-files-stop-start", "store-tls-floor")},
	{fault: standin.IgnoresStoreFloor, told: in("store-tls"), refutes: of("store-tls-floor")},
	{fault: standin.IgnoresMisplacedKeys, told: in("mode-1"), refutes: of("manifest-misplaced-keys-noticed")},
	{fault: standin.IgnoresGivenConfiguration, told: in("mode-1", "mode-2"), refutes: of("manifest-misplaced-keys-noticed", "operator-external")},
	{fault: standin.IgnoresUserYAML, told: in("mode-1", "mode-2"), refutes: of("helm-external")},
	{fault: standin.InternalInPlaintext, told: in("mode-0"), refutes: of("helm-internal", "operator-internal")},
}
