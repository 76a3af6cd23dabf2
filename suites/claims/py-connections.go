package claims

import "milvus-tls-e2e/harness"

// The documented connections.connect connects in mode 2.
var _ = add(harness.Claim{
	ID:          "py-connections",
	Statement:   "In mode 2 pymilvus's connections.connect connects with host, port, secure, client_pem_path, client_key_path, ca_pem_path and server_name.",
	Finding:     "In mode 2 pymilvus's connections.connect does not connect with the documented parameters.",
	Severity:    harness.SeverityMedium,
	Remediation: "Use MilvusClient with the same files.",
	Sources:     []harness.Source{{Lines: "2.2-2.3", Section: sdkSection}},
	Needs:       []harness.Feature{harness.Mode2, harness.Plainest, harness.Pymilvus.Feature()},
	Cases:       releases(harness.Pymilvus, "host and port", harness.Attempt{Identity: harness.Good, ClientConfig: harness.ConfigConnections}),
})
