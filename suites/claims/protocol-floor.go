package claims

import (
	"fmt"
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// Old versions of TLS are refused.
var _ = add(harness.Claim{
	ID:           "protocol-floor",
	Statement:    "TLS 1.0 and 1.1 are refused everywhere. Mode 1 serves TLS 1.2 and 1.3, mode 2 only 1.3, on gRPC's port and on REST's.",
	Finding:      "A port accepts a TLS version that it should refuse, or refuses one that it should accept.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Set the lowest version in a TLS proxy before the server, and find out which clients still need the old version.",
	Requirements: []harness.Requirement{requirements.NISTVersions, requirements.PCIVersions, requirements.BSIVersions, requirements.BSITLS13, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.AnyTLS},
	Live:         true,
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
	name := fmt.Sprintf("mode %d: TLS %s alone", mode, version)
	needs := map[int]harness.Feature{1: harness.Mode1, 2: harness.Mode2}[mode]
	so := map[int]string{1: "Mode 1 accepts TLS 1.0 or 1.1.", 2: "Mode 2 accepts a TLS version before 1.3."}[mode]
	if want == harness.Served {
		so = fmt.Sprintf("Mode %d refuses TLS %s.", mode, version)
	}
	return finding(so, need(rawly(name, harness.Attempt{TLSVersion: version}, want), needs)...)
}
