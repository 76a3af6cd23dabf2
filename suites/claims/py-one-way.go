package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
)

// The documented MilvusClient connects in mode 1.
var _ = add(harness.Claim{
	ID:          "py-one-way",
	Statement:   "In mode 1 pymilvus's MilvusClient connects with secure, server_pem_path and server_name, by an https:// and by an http:// URI.",
	Finding:     "In mode 1 pymilvus's MilvusClient does not connect with the documented parameters.",
	Severity:    harness.SeverityMedium,
	Remediation: "Give pymilvus an https:// URI, secure=True, server_pem_path and server_name.",
	Sources:     []harness.Source{{Lines: "2.3-3.0", Section: sdkSection}},
	Needs:       []harness.Feature{harness.Mode1, harness.Plainest, harness.Pymilvus.Feature()},
	Cases: slices.Concat(
		releases(harness.Pymilvus, "an https URI", harness.Attempt{Identity: harness.Nobody}),
		releases(harness.Pymilvus, "an http URI", harness.Attempt{Identity: harness.Nobody, ClientConfig: harness.ConfigHTTPURI}),
		releases(harness.Pymilvus, "trusting server.pem", harness.Attempt{Identity: harness.Nobody, TrustStore: harness.TrustServer}),
	),
})
