package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/chains"
	"milvus-tls-e2e/harness/requirements"
)

// A server builds paths through CAs as the crypto/x509 of its Go does.
var _ = add(harness.Claim{
	ID: "client-chains-as-go",
	Statement: "In mode 2 a client whose certificate comes with a chain of CAs is served where the crypto/x509 of the server's Go " +
		"finds a valid path through them, and refused where it finds none, on gRPC's port and on REST's.",
	Finding:  "The server serves or refuses clients otherwise than the crypto/x509 of its own Go (the result names their chains).",
	Severity: harness.SeverityHigh,
	Remediation: "Find out what changed how this server checks client certificates: a patched Go, or a check of its own. Until then check " +
		"client certificates in a TLS proxy before the server.",
	Requirements: []harness.Requirement{requirements.NISTPathValidation},
	Needs:        []harness.Feature{harness.Mode2, harness.Plainest},
	Cases: []harness.Case{
		chainsCase("a sample of 200 chains", harness.GRPC, sampleOfChains),
		chainsCase("a sample of 200 chains", harness.HTTP, sampleOfChains, restNeeds...),
		chainsCase("every chain", harness.GRPC, 0, harness.EveryChain), // make chains: REST's port verifies with the same code
	},
})

// sampleOfChains is how many chains every run shows: each graph of CAs, and some of the
// thousands of leaves below constrained ones.
const sampleOfChains = 200

func chainsCase(name string, port harness.Port, sample int, needs ...harness.Feature) harness.Case {
	return harness.Case{Name: name + " at " + string(port), Want: chains.AsX509, Needs: needs, Check: chains.Check{Port: port, Sample: sample}}
}
