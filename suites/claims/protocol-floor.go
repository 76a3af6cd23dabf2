package claims

import (
	"fmt"
	"slices"

	"milvus-tls-e2e/harness"
)

// Old versions of TLS are refused.
var _ = add(harness.Claim{
	ID:          "protocol-floor",
	Statement:   "TLS 1.0 and 1.1 are refused everywhere; mode 1 serves 1.2 and 1.3, mode 2 serves 1.3 only; gRPC and REST alike.",
	Severity:    harness.SeverityHigh,
	Remediation: "Set the floor in a TLS proxy before the server, and find out which clients still need the old version.",
	Needs:       []harness.Feature{harness.AnyTLS},
	Live:        true,
	Cases: slices.Concat(
		only("1.0", 1, harness.RefusedProtocol),
		only("1.1", 1, harness.RefusedProtocol),
		only("1.2", 1, harness.Served),
		only("1.3", 1, harness.Served),
		only("1.0", 2, harness.RefusedProtocol),
		only("1.1", 2, harness.RefusedProtocol),
		only("1.2", 2, harness.RefusedProtocol),
		only("1.3", 2, harness.Served),
	),
})

// only makes one case of the raw client at each port, offering one version to
// a server in one mode.
func only(version string, mode int, want harness.Outcome) []harness.Case {
	does := map[bool]string{true: "served", false: "refused"}[want == harness.Served]
	name := fmt.Sprintf("mode %d: TLS %s alone is %s", mode, version, does)
	needs := map[int]harness.Feature{1: harness.Mode1, 2: harness.Mode2}[mode]
	return need(rawly(name, harness.Attempt{Only: version}, want), needs)
}
