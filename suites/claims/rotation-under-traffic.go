package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/rotation"
	"milvus-tls-e2e/harness/requirements"
)

// Whoever renews certificates wants to know what clients notice: the restart alone.
var _ = add(harness.Claim{
	ID: "rotation-under-traffic",
	Statement: "Clients of the SDK and of REST, on connections that they keep and on new ones, are served without an error while certificate, key " +
		"and CA file of a running mode 2 server are replaced, and each is served again after the restart, with a renewed certificate and with a " +
		"second CA as well.",
	Finding:      "Clients meet errors when files of a running server are replaced, or are not served again after the restart (the result names them).",
	Severity:     harness.SeverityMedium,
	Remediation:  "Replace the files while the server is stopped, and have clients connect again after the restart.",
	Requirements: []harness.Requirement{requirements.NISTTrustAnchors, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.Mode2, harness.Plainest},
	Cases:        underTraffic(rotation.Undisturbed, rotation.Resumes),
})
