package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// A CA whose key is in every image lets everybody in.
var _ = add(harness.Claim{
	ID:          "shipped-ca-refused",
	Statement:   "In mode 2 a client certificate that the CA of a Milvus distribution issued is refused: everybody has that CA's key.",
	Severity:    harness.SeverityCritical,
	Remediation: "Make a CA of your own, point tls.caPemPath at it, give clients certificates of it, and restart the server.",
	Needs:       []harness.Feature{harness.Mode2, harness.Plainest, harness.ShipsCA},
	Live:        true,
	Cases: each("a certificate of the shipped CA", harness.Attempt{As: pki.ShippedCA},
		harness.RefusedCertificate, harness.NotServed),
})
