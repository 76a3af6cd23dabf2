package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// Users and TLS are separate.
var _ = add(harness.Claim{
	ID:        "auth-is-separate",
	Statement: "User authentication and TLS are separate: with both on, a client needs user name, password and its certificate files.",
	Finding: "TLS and the login are not independent: with both on, a client is served that lacks the password or the certificate, or one that " +
		"has both is refused.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Treat this port as open to everybody who lacks what it does not ask for, and put a proxy before it that asks for both.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Sources:      []harness.Source{{Lines: "2.3-3.0", Section: introSection}},
	Needs:        []harness.Feature{harness.AnyTLS, harness.Users},
	Live:         true,
	Cases: slices.Concat(
		finding("With TLS and users both on, a client with password and certificate is refused.",
			each("with login", harness.Attempt{Login: harness.LoginRoot}, harness.Served, harness.Served)...),
		findingIfServed("With TLS and users both on, a client without a password is served.",
			each("without login", harness.Attempt{Login: harness.LoginNone}, harness.RefusedCredentials, harness.RefusedCredentials)...),
		findingIfServed("With TLS and users both on, a client with a wrong password is served.",
			each("with a wrong password", harness.Attempt{Login: harness.LoginWrong}, harness.RefusedCredentials, harness.RefusedCredentials)...),
		findingIfServed("In mode 2 a client with a password and without a certificate is served.",
			need(each("with login and without a certificate", harness.Attempt{Identity: harness.Nobody},
				harness.RefusedNoCertificate, harness.NotServed), harness.Mode2)...),
	),
})
