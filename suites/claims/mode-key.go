package claims

import "milvus-tls-e2e/harness"

// One key switches external TLS on and off. The oldest page's prose names
// another one, common.security.tlsEnabled, beside the right one in its block.
var _ = add(harness.Claim{
	ID:      "mode-key",
	Says:    "The key that switches external TLS is common.security.tlsMode, and it alone.",
	Harm:    harness.HarmHigh,
	Advice:  "Look at what the port speaks, not at the configuration, before you trust it.",
	Sources: []harness.Source{{Lines: "2.2-2.5", Section: configSection}},
	Needs:   []harness.Feature{harness.KnownMode, harness.Plainest},
	Cases: []harness.Case{
		starting("tlsMode 1 alone switches it on", setTo("tlsMode", "1"), harness.StartedTLS, harness.Mode0),
		starting("tlsEnabled alone does not", setTo("tlsEnabled", "true"), harness.StartedPlain, harness.Mode0),
		starting("tlsMode 0 alone switches it off", setTo("tlsMode", "0"), harness.StartedPlain, harness.Mode2),
	},
})

func setTo(key, value string) harness.Change {
	return harness.Change{Key: "common.security." + key, Value: value}
}
