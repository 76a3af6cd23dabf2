package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// Milvus works on encrypted backends.
var _ = add(harness.Claim{
	ID: "backend-tls-works",
	Statement: "With an etcd that demands mutual TLS, or an object store that serves TLS with a private CA, " +
		"a server that has the right files starts and carries out the whole data path.",
	Finding:      "Milvus does not start, or does not carry out the whole data path, with etcd or the object store over TLS.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Keep this backend on a network of its own until the release can reach it over TLS.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.BackendTLS},
	Cases: slices.Concat(
		need(onBackends("etcd over TLS"), harness.StorePlain),
		need(onBackends("the object store over TLS"), storeFeatures...),
	),
})

func onBackends(which string) []harness.Case {
	return append(rawly(which+": list the collections", harness.Attempt{}, harness.Served),
		peoples(which+": the whole data path", harness.Attempt{Request: harness.RequestData}, harness.Served)...)
}
