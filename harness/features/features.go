// Package features defines what a topology offers to claims, and the reason for a skipped case
// when a feature that it needs is missing.
package features

import (
	"cmp"
	"fmt"
	"strings"

	"milvus-tls-e2e/harness"
)

var lacking = map[harness.Feature]string{
	harness.EveryClient:     "judged with this client on the plain topologies of the mode, with users and without",
	harness.AttachedHere:    "needs a deployment that already runs (make inspect)",
	harness.BackendTLS:      "needs etcd or the object store to serve TLS",
	harness.EtcdTLS:         "needs etcd to demand mutual TLS",
	harness.StoreTLS:        "needs the object store to serve TLS",
	harness.StorePlain:      "needs the object store to be in plaintext",
	harness.ObjectStore:     "the server keeps its objects on disk here, without an object store",
	harness.PrivateTrust:    "no server can be given a system trust store of its own here, which takes mount namespaces or containers",
	harness.Mode0:           "needs tlsMode 0",
	harness.Mode1:           "needs tlsMode 1",
	harness.Mode2:           "needs tlsMode 2",
	harness.AnyTLS:          "needs external TLS to be configured (tlsMode 1 or 2)",
	harness.KnownMode:       "needs tlsMode 0, 1 or 2",
	harness.NotMutual:       "needs tlsMode 0 or 1",
	harness.OddMode:         "needs a tlsMode that no page gives a meaning to",
	harness.Users:           "needs user authentication to be on",
	harness.NoUsers:         "needs user authentication to be off",
	harness.RESTAlone:       "needs REST on a port of its own",
	harness.RESTUnset:       "needs proxy.http.port to be unset",
	harness.RESTShared:      "needs proxy.http.port to be unset or gRPC's",
	harness.RESTOn:          "needs REST to be on",
	harness.RESTIsOff:       "needs REST to be off",
	harness.Plainest:        "judged on the plain topology of the mode, which this one varies",
	harness.RecipeMade:      "judged with certificates that a page's recipe made",
	harness.RecipeOneWay:    "judged with a recipe's certificates in mode 1",
	harness.RecipeMutual:    "judged with a recipe's certificates in mode 2",
	harness.Recipe25:        "judged with the certificates of the 2.5 page's script",
	harness.Recipe25Renewed: "judged with the certificates of the 2.5 page's renewal",
	harness.RecipeOlder:     "judged with the certificates of an older page's script",
	harness.RecipeLegacy:    "judged with the certificates of the older pages' script",
	harness.RecipeLegacySAN: "judged with the certificates of the 2.2 page's script",
	harness.Upgraded:        "judged on the release that takes over",
	harness.Downgraded:      "judged in a downgrade",
	harness.RolledOver:      "judged where components are upgraded one after the other (ROLLING=1)",
	harness.StepDocumented:  "the documentation wants another release in between, and upgrade-steps judges what is done without",
	harness.StepSkipped:     "the documentation has this step",
	harness.Returnable:      "no page promises the way back",
	harness.RolledBack:      "judged in a downgrade that a page promises",

	harness.ShipsCA:       "no CA was found beside the server's stock milvus.yaml (cert/ca.pem and cert/ca.key) that everybody has the key of",
	harness.RESTv1:        "the release has no REST v1",
	harness.RESTv2:        "the release has no REST v2",
	harness.ManagementV1:  "the release has no data API on its management port",
	harness.LogsGRPC:      "the release was not seen to log whom gRPC's port refuses",
	harness.LogsREST:      "the release was not seen to log whom REST's port refuses",
	harness.RESTHTTP2:     "the release speaks HTTP/1.1 alone on REST's TLS port",
	harness.RESTHSTS:      "the release sends no Strict-Transport-Security header (proxy.http.enableHSTS)",
	harness.StoreFloor:    "the release has no floor for TLS to the object store (minio.ssl.tlsMinVersion)",
	harness.ClusterTLS:    "the release has no TLS to other clusters (tls.clusters)",
	harness.HasCompose:    "only PROVIDER=docker runs Compose files, on an engine of this machine and with rights to give files to the image's user",
	harness.OldStore:      "only where servers are processes of this machine can the harness stand before the object store and speak nothing newer than TLS 1.2",
	harness.HasOpenSSL:    "openssl is not installed here",
	harness.OpenSSL30:     "the openssl here is not of the 3.0 line",
	harness.OpenSSLOther:  "the openssl here is of the 3.0 line",
	harness.Rolls:         "judged by make e2e-cluster ROLLING=1, which reconfigures clusters one component at a time",
	harness.EveryChain:    "judged by make chains, which shows every client chain and not a sample",
	harness.NotPrivileged: "the server runs as root, which reads every file whatever its mode",
	harness.SpecialFiles:  "only where servers are processes of this machine can a file of theirs be a pipe or a link",
	harness.WholeMatrix:   "a run judges a sample, and FULL=1 the rest",
}

var lackingInternal = map[harness.Feature]string{
	harness.InternalTLS:       "needs TLS between components",
	harness.InternalAlone:     "judged where TLS between components is the only one",
	harness.InternalBesideTLS: "needs TLS between components and external TLS",
	harness.BadInternalSNI:    "needs internaltls.sni to be a name that the certificate is not for",
	harness.NoInternalSNI:     "needs internaltls.sni to be empty",
	harness.BadInternalCA:     "needs internaltls.caPemPath to be a CA that signed nothing",
	harness.NoInternalCert:    "needs the internal certificate to be missing",
	harness.InternalStuck:     "needs components that cannot reach each other over TLS",
	harness.HasInternalTLS:    "the release has no TLS between components",
	harness.RefusesShared:     "the release starts with TLS and REST at gRPC's port",
	harness.RefusesMode:       "the release starts with a tlsMode that means nothing",
	harness.DemandsALPN:       "gRPC's port of the release serves a TLS connection that did not agree on h2",
	harness.MergesUser:        "the release does not merge user.yaml over milvus.yaml",
	harness.NoVectorEngine:    "the server has its vector engine",
}

var lackingCluster = map[harness.Feature]string{
	harness.InCluster:    "needs components that run as processes of their own",
	harness.OneOdd:       "needs one component whose internal TLS is not that of the others",
	harness.QueueTLS:     "needs the message queue of a cluster to serve TLS",
	harness.ByKafka:      "no cluster of the release is run with Kafka here",
	harness.ByWoodpecker: "no cluster of the release is run with Woodpecker here",
	harness.HasClusters:  "only where servers are processes of this machine do their components run apart here",
	harness.HasKafka:     "clusters of the release need Kafka, which is not there",
}

// Lacks returns the reason for not judging a case that needs f where f is missing.
func Lacks(f harness.Feature) string {
	return cmp.Or(known(f), lacksSDK(f), fmt.Sprintf("needs the feature %q", string(f)))
}

// Known reports whether anything has a feature of that name.
func Known(f harness.Feature) bool { return known(f) != "" }

func known(f harness.Feature) string {
	return cmp.Or(lacking[f], lackingCluster[f], lacksInternal(f), harness.Client(f).Lacks(), lacksGo(f))
}

func lacksInternal(f harness.Feature) string {
	if role, is := strings.CutPrefix(string(f), harness.RolePrefix); is {
		if first, second := strings.CutSuffix(role, harness.Second); second {
			return "there is one " + first + " alone"
		}
		return "the release has no " + role + " with a port of its own"
	}
	return lackingInternal[f]
}

func lacksSDK(f harness.Feature) string {
	for _, s := range harness.SDKs() {
		if f == s.Installed() {
			return "the client " + s.String() + " is not installed here"
		}
	}
	return ""
}
