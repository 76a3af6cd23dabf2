package run

import "milvus-tls-e2e/harness"

// The claims that only a page's blocks make: BlockRuns is that of every block of
// commands that no other claim is about.
const (
	BlockRuns     = "page-block-runs"
	ManifestSound = "page-manifest-sound"
)

// Claims are what only a page's own blocks can show.
var Claims = []harness.Claim{
	{
		ID: BlockRuns, Severity: harness.SeverityMedium,
		Statement:   "What the page prints for a terminal runs as printed.",
		Finding:     "A block that the page prints for a terminal fails, run as printed.",
		Remediation: "Correct the block on the page, and state there which version of its tools it needs.",
	},
	{
		ID: ManifestSound, Severity: harness.SeverityHigh,
		Statement:   "A manifest that the page prints configures what it says, as printed.",
		Finding:     "A manifest that the page prints does not configure what it says.",
		Remediation: "Correct the manifest on the page; make check-manifest lists its errors, line by line.",
	},
}

func (w *pageRun) claim(id string) harness.Claim {
	for _, all := range [][]harness.Claim{w.Claims, Claims} {
		for _, c := range all {
			if c.ID == id {
				return c
			}
		}
	}
	return harness.Claim{ID: id, Severity: harness.SeverityMedium}
}
