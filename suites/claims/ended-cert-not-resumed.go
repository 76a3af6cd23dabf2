package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/session"
	"milvus-tls-e2e/harness/requirements"
)

// A session does not outlive the certificate with which it began.
var _ = add(harness.Claim{
	ID: "ended-cert-not-resumed",
	Statement: "In mode 2 a client whose certificate has ended, or whose intermediate CA's certificate has, " +
		"is not served by resuming a session that began before, on gRPC's port and on REST's.",
	Finding:  "A client whose certificate or intermediate CA has ended is still served, by resuming an older TLS session.",
	Severity: harness.SeverityMedium,
	Remediation: "Restart the server when client certificates or intermediate CAs have ended: it then knows no session from before. " +
		"A release that is built with a newer Go may check whole chains when a session is resumed.",
	Requirements: []harness.Requirement{requirements.NISTClientAuth, requirements.NISTPathValidation, requirements.PCIValid},
	Needs:        []harness.Feature{harness.Mode2, harness.Plainest},
	Cases: []harness.Case{
		resuming(harness.GRPC, session.Leaf), resuming(harness.HTTP, session.Leaf, restNeeds...),
		resuming(harness.GRPC, session.Issuer), resuming(harness.HTTP, session.Issuer, restNeeds...),
	},
})

func resuming(port harness.Port, ended session.Ended, needs ...harness.Feature) harness.Case {
	return harness.Case{
		Name: "resumed after " + string(ended) + " has ended, at " + string(port),
		Want: session.Refused, Needs: needs, Check: session.Check{Port: port, Ended: ended},
	}
}
