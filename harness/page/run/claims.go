package run

import "milvus-tls-e2e/harness"

// BlockRuns is the claim of every block that no other claim is about.
const BlockRuns = "page-block-runs"

// Claims are what only a page's own blocks can show.
var Claims = []harness.Claim{
	{
		ID: BlockRuns, Harm: harness.HarmMedium,
		Says:   "What the page prints for a terminal runs as printed.",
		Advice: "Mend the block on the page, and say there which version of its tools it needs.",
	},
	{
		ID: "py-one-way", Harm: harness.HarmMedium,
		Says:    "The page's Python client, as printed, connects in mode 1.",
		Advice:  "Mend the block on the page; the result says what the client answered.",
		Sources: []harness.Source{{Lines: "2.3-2.5", Section: "Connect to the Milvus server with TLS"}},
	},
	{
		ID: "py-two-way", Harm: harness.HarmMedium,
		Says:    "The page's Python client with a certificate of its own, as printed, connects in mode 2.",
		Advice:  "Mend the block on the page; the result says what the client answered.",
		Sources: []harness.Source{{Lines: "2.3-2.5", Section: "Connect to the Milvus server with TLS"}},
	},
	{
		ID: "py-connections", Harm: harness.HarmMedium,
		Says:    "The page's Python client with connections.connect, as printed, connects in mode 2.",
		Advice:  "Mend the block on the page; the result says what the client answered.",
		Sources: []harness.Source{{Lines: "2.2", Section: "Connect to the Milvus server with TLS"}},
	},
}

// claim finds a claim by its ID, the project's own first.
func (w *world) claim(id string) harness.Claim {
	for _, all := range [][]harness.Claim{w.Claims, Claims} {
		for _, c := range all {
			if c.ID == id {
				return c
			}
		}
	}
	return harness.Claim{ID: id, Harm: harness.HarmMedium}
}
