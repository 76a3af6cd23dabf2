package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/certificate"
	"milvus-tls-e2e/harness/requirements"
)

// With a CA end all the certificates that it issued.
var _ = add(harness.Claim{
	ID:           "ca-lasts",
	Statement:    "The CAs that clients and the server rely on are valid now, and for as many days more as are asked for.",
	Finding:      "A CA that clients or the server rely on ends within the days that are asked for, or is not valid now.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Make a new CA, add it to the clients' trust files and to tls.caPemPath beside the old one, restart the server, and then issue the certificates again.",
	Requirements: []harness.Requirement{requirements.PCIValid, requirements.PCIInventory},
	Needs:        []harness.Feature{harness.AttachedHere, harness.AnyTLS},
	Live:         true,
	Cases: []harness.Case{
		{Name: "in trust", Want: certificate.OK, Check: certificate.Check{CAs: harness.AuthorityTrust, Trait: certificate.Lasting}},
		{Name: "in client_ca", Want: certificate.OK, Check: certificate.Check{CAs: harness.AuthorityClients, Trait: certificate.Lasting}, Needs: []harness.Feature{harness.Mode2}},
	},
})
