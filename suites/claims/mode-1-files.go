package claims

import "milvus-tls-e2e/harness"

// Mode 1 needs the server's certificate and key, and no CA file.
var _ = add(harness.Claim{
	ID:          "mode-1-files",
	Statement:   "Mode 1 needs the server's certificate and key on the server, and no CA file there.",
	Severity:    harness.SeverityLow,
	Remediation: "Put the file that the server asks for where its setting points.",
	Sources:     []harness.Source{{Lines: "2.2-3.0", Section: configSection}},
	Needs:       []harness.Feature{harness.Mode1, harness.Plainest},
	Cases: []harness.Case{
		starting("without the CA file", harness.Change{File: harness.CACert, Defect: harness.Missing}, harness.StartedTLS),
		starting("without the certificate", harness.Change{File: harness.ServerCert, Defect: harness.Missing}, harness.NotStarted),
		starting("without the key", harness.Change{File: harness.ServerKey, Defect: harness.Missing}, harness.NotStarted),
	},
})
