package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// A CA whose key is in every image lets everybody in.
var _ = add(harness.Claim{
	ID:           "shipped-ca-refused",
	Statement:    "In mode 2 a client certificate of the CA that Milvus distributions ship is refused, because everybody has that CA's key.",
	Finding:      "In mode 2 the server accepts client certificates of the CA whose key every Milvus distribution ships: everybody can make one.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Create a CA of your own, point tls.caPemPath at it, give clients certificates of it, and restart the server.",
	Requirements: []harness.Requirement{requirements.NISTTrustAnchors, requirements.PCITrusted, requirements.BSIAuthentication, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.Mode2, harness.Plainest, harness.ShipsCA},
	Live:         true,
	Cases: each("a certificate of the shipped CA", harness.Attempt{Identity: harness.ShippedCA},
		harness.RefusedCertificate, harness.NotServed),
})
