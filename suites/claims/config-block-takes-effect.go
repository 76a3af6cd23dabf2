package claims

import "milvus-tls-e2e/harness"

// Each page's own configuration block switches TLS on, read merged over the
// server's stock milvus.yaml.
var _ = add(harness.Claim{
	ID:          "config-block-takes-effect",
	Statement:   "The page's own configuration block, used as printed, switches TLS on.",
	Severity:    harness.SeverityCritical,
	Remediation: "Put tlsMode below common.security, indented, and look at what the port speaks before you trust it.",
	Sources:     []harness.Source{{Lines: "2.2-3.0", Section: configSection}},
	Needs:       []harness.Feature{harness.Mode1, harness.Plainest},
	Cases: []harness.Case{
		starting("the 2.5 page's, in which common's lines have lost their indentation", harness.Change{Block: "2.5"}, harness.StartedTLS),
		starting("the 2.3 and 2.4 pages'", harness.Change{Block: "2.3-2.4"}, harness.StartedTLS),
		starting("the 2.2 page's, with relative paths and mode 2", harness.Change{Block: "2.2"}, harness.StartedTLS),
	},
})
