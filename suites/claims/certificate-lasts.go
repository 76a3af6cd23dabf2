package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/certificate"
	"milvus-tls-e2e/harness/requirements"
)

// Certificates are renewed in time. When one ends, every client fails at once.
var _ = add(harness.Claim{
	ID:           "certificate-lasts",
	Statement:    "The certificates that the ports and the client show are valid now, and for as many days more as are asked for.",
	Finding:      "A certificate that a port or the client shows has expired, is not valid yet, or ends sooner than asked for.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Renew the certificate and restart the server: Milvus reads its certificate files only when it starts.",
	Requirements: []harness.Requirement{requirements.NISTServerCert, requirements.PCIValid, requirements.PCIInventory, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.AttachedHere, harness.AnyTLS},
	Live:         true,
	Cases:        certFacts(certificate.Lasting),
})

// certFacts asks one thing of each certificate that there is.
func certFacts(trait certificate.Trait) []harness.Case {
	return []harness.Case{
		{Name: "gRPC's", Want: certificate.OK, Check: certificate.Check{Port: harness.GRPC, Trait: trait}},
		{Name: "REST's", Want: certificate.OK, Check: certificate.Check{Port: harness.HTTP, Trait: trait}, Needs: restNeeds},
		{Name: "the client's own", Want: certificate.OK, Check: certificate.Check{Trait: trait}, Needs: []harness.Feature{harness.Mode2}},
	}
}
