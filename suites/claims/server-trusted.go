package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/access"
	"milvus-tls-e2e/harness/requirements"
)

// A client that does not trust the server's chain gets no further.
var _ = add(harness.Claim{
	ID:           "server-trusted",
	Statement:    "The certificates that the ports show lead to a CA that clients trust.",
	Finding:      "Clients do not trust the certificates that a port shows.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Give clients the CA that issued what is shown (trust:), or have the server send the missing intermediates; if the issuer is not yours, something else answers at this address.",
	Requirements: []harness.Requirement{requirements.NISTServerCert, requirements.PCITrusted},
	Needs:        []harness.Feature{harness.AttachedHere, harness.AnyTLS},
	Live:         true,
	Cases:        accessed(access.Trust),
})

// accessed asks one aspect of how a client gets to Milvus at gRPC's port and at REST's.
func accessed(aspect access.Aspect) []harness.Case {
	return []harness.Case{
		{Name: "gRPC's", Want: access.Given, Check: access.Check{Port: harness.GRPC, Aspect: aspect}},
		{Name: "REST's", Want: access.Given, Check: access.Check{Port: harness.HTTP, Aspect: aspect}, Needs: restNeeds},
	}
}
