package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
)

// What is mounted over the image's configuration is what counts.
var _ = add(harness.Claim{
	ID:          "config-replace",
	Statement:   "A whole milvus.yaml mounted over the image's own replaces it: the server starts with the mounted one's TLS settings.",
	Finding:     "A whole milvus.yaml mounted over the image's file does not take effect.",
	Severity:    harness.SeverityMedium,
	Remediation: "Mount the file at /milvus/configs/milvus.yaml, and keep the other settings of the image's file in it.",
	Sources:     []harness.Source{{Lines: "2.3-3.0", Section: configSection}},
	Needs:       []harness.Feature{harness.Mode2, harness.Plainest, harness.HasCompose},
	Cases: []harness.Case{
		starting("the image's file, edited, mounted over it", harness.ConfigChange{Layout: harness.ComposeTLS}, start.StartedTLS),
	},
})
