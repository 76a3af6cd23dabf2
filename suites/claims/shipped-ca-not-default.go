package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/requirements"
)

// Certificates that nobody chose admit no client.
var _ = add(harness.Claim{
	ID: "shipped-ca-not-default",
	Statement: "A server in mode 2 whose tls.* settings are the distribution's defaults does not start, or refuses clients with a certificate of " +
		"the shipped CA.",
	Finding: "A mode 2 server whose certificate settings were left at their defaults trusts the CA whose key every Milvus distribution ships: " +
		"everybody can issue a client certificate for it.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Set tls.serverPemPath, tls.serverKeyPath and tls.caPemPath to files of your own before you set tlsMode.",
	Requirements: []harness.Requirement{requirements.NISTTrustAnchors, requirements.PCITrusted, requirements.BSIAuthentication, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.Mode2, harness.Plainest, harness.ShipsCA},
	Cases:        []harness.Case{starting("tls.* as shipped", harness.ConfigChange{Shipped: true}, start.LockedOut)},
})
