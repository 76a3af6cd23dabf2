package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
)

// Mode 1 needs the server's certificate and key, and no CA file.
var _ = add(harness.Claim{
	ID:          "mode-1-files",
	Statement:   "Mode 1 needs the server's certificate and key on the server, and no CA file there.",
	Finding:     "Mode 1 needs other files on the server than its certificate and key, or starts without one of these two.",
	Severity:    harness.SeverityLow,
	Remediation: "Put the file that the server asks for where its setting points.",
	Sources:     []harness.Source{{Lines: "2.2-3.0", Section: configSection}},
	Needs:       []harness.Feature{harness.Mode1, harness.Plainest},
	Cases: slices.Concat(
		finding("Mode 1 does not start without a CA file, which it should not need.",
			starting("without the CA file", harness.ConfigChange{File: harness.CACert, Defect: harness.Missing}, start.StartedTLS)),
		finding("In mode 1 the server starts without its certificate.",
			starting("without the certificate", harness.ConfigChange{File: harness.ServerCert, Defect: harness.Missing}, start.NotStarted)),
		finding("In mode 1 the server starts without its key.",
			starting("without the key", harness.ConfigChange{File: harness.ServerKey, Defect: harness.Missing}, start.NotStarted)),
	),
})
