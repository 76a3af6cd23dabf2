package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
)

// The documented MilvusClient connects in mode 2.
var _ = add(harness.Claim{
	ID:          "py-two-way",
	Statement:   "In mode 2 pymilvus's MilvusClient connects with secure, client_pem_path, client_key_path, ca_pem_path and server_name, by an https:// and by an http:// URI.",
	Finding:     "In mode 2 pymilvus's MilvusClient does not connect with the documented parameters.",
	Severity:    harness.SeverityMedium,
	Remediation: "Give pymilvus an https:// URI, secure=True, all three files and server_name, and no server_pem_path.",
	Sources:     []harness.Source{{Lines: "2.3-3.0", Section: sdkSection}},
	Needs:       []harness.Feature{harness.Mode2, harness.Plainest, harness.Pymilvus.Feature()},
	Cases: slices.Concat(
		releases(harness.Pymilvus, "an https URI", harness.Attempt{Identity: harness.Good}),
		releases(harness.Pymilvus, "an http URI", harness.Attempt{Identity: harness.Good, ClientConfig: harness.ConfigHTTPURI}),
	),
})
