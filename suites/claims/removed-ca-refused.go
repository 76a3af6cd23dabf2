package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/rolling"
	"milvus-tls-e2e/harness/checks/rotation"
	"milvus-tls-e2e/harness/requirements"
)

// A CA is removed because its key is lost, or because nobody may use it any more.
var _ = add(harness.Claim{
	ID: "removed-ca-refused",
	Statement: "Clients of a CA that was removed from the CA file of a mode 2 server are served on no port after the restart, " +
		"whether they connect anew or were connected before.",
	Finding:      "Clients of a CA that was removed from the CA file are served after the restart.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Keep the clients of the removed CA out by a firewall until the server refuses them.",
	Requirements: []harness.Requirement{requirements.NISTTrustAnchors, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.Mode2, harness.Plainest},
	Cases:        underTraffic(rotation.LocksOut),
})

// underTraffic replaces the files of a server under traffic, one case for each aspect: in
// every run one manner in one step, and each manner step by step where all is judged.
func underTraffic(aspects ...rotation.Aspect) (cases []harness.Case) {
	for _, a := range aspects {
		ways := []rotation.Traffic{{Manner: rotation.ByLink}}
		for _, by := range []rotation.Manner{rotation.ByLink, rotation.ByRename, rotation.ByCopy} {
			ways = append(ways, rotation.Traffic{Manner: by, Whole: true})
		}
		for _, way := range ways {
			one := harness.Case{Name: way.Name() + ", " + string(a), Want: rolling.Throughout}
			if way.Whole {
				one.Needs = []harness.Feature{harness.WholeMatrix}
			}
			way.Aspect = a
			one.Check = way
			cases = append(cases, one)
		}
	}
	return cases
}
