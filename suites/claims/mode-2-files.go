package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/requirements"
)

// Mode 2 needs three files on each side.
var _ = add(harness.Claim{
	ID:           "mode-2-files",
	Statement:    "Mode 2 needs certificate, key and CA file on the server, and certificate, key and CA file on the client.",
	Finding:      "Mode 2 starts without one of the server's three files, or a client needs other files than its three.",
	Severity:     harness.SeverityMedium,
	Remediation:  "Put the file that is asked for where its setting points.",
	Requirements: []harness.Requirement{requirements.NISTTrustAnchors},
	Sources:      []harness.Source{{Lines: "2.2-3.0", Section: configSection}},
	Needs:        []harness.Feature{harness.Mode2, harness.Plainest},
	Cases: slices.Concat(
		finding("In mode 2 the server starts without one of its certificate, key and CA file.",
			starting("server without the certificate", harness.ConfigChange{File: harness.ServerCert, Defect: harness.Missing}, start.NotStarted),
			starting("server without the key", harness.ConfigChange{File: harness.ServerKey, Defect: harness.Missing}, start.NotStarted),
			starting("server without the CA file", harness.ConfigChange{File: harness.CACert, Defect: harness.Missing}, start.NotStarted),
		),
		finding("In mode 2 a client with certificate, key and CA file is refused.",
			each("client with all three", harness.Attempt{}, harness.Served, harness.Served)...),
		findingIfServed("In mode 2 a client without certificate and key is served.",
			each("client without certificate and key", harness.Attempt{Identity: harness.Nobody}, harness.RefusedNoCertificate, harness.NotServed)...),
		finding("In mode 2 a client without the CA file accepts the server.",
			each("client without the CA file", harness.Attempt{TrustStore: harness.TrustOther}, harness.RefusedByClient, harness.RefusedByClient)...),
	),
})
