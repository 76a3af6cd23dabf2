package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/requirements"
)

// Each page's own configuration block switches TLS on, read merged over the
// server's stock milvus.yaml.
var _ = add(harness.Claim{
	ID:           "config-block-takes-effect",
	Statement:    "The page's own configuration block, used as printed, switches TLS on.",
	Finding:      "The page's configuration block, used as printed, leaves TLS off or stops the server.",
	FindingIf:    map[harness.Outcome]string{start.StartedPlain: "With the page's configuration block, used as printed, the server serves plaintext."},
	Severity:     harness.SeverityCritical,
	Remediation:  "Indent tlsMode below common.security (common:, then two spaces and security:, then four and tlsMode: 1), and test what the port speaks before you rely on it.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Sources:      []harness.Source{{Lines: "2.2-3.0", Section: configSection}},
	Needs:        []harness.Feature{harness.Mode1, harness.Plainest},
	Cases: slices.Concat(
		finding("The 2.5 page's configuration block, with the lines of common not indented (the French page), does not switch TLS on.",
			starting("the 2.5 page's, in which common's lines have lost their indentation", harness.ConfigChange{Block: "2.5"}, start.StartedTLS)),
		finding("The 2.3 and 2.4 pages' configuration block does not switch TLS on.",
			starting("the 2.3 and 2.4 pages'", harness.ConfigChange{Block: "2.3-2.4"}, start.StartedTLS)),
		finding("The 2.2 page's configuration block, with relative paths, does not switch TLS on.",
			starting("the 2.2 page's, with relative paths and mode 2", harness.ConfigChange{Block: "2.2"}, start.StartedTLS)),
	),
})
