package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
)

// Users and TLS are separate.
var _ = add(harness.Claim{
	ID:          "auth-is-separate",
	Statement:   "User authentication and TLS are separate: with both on, a client needs user name, password and its certificate files.",
	Severity:    harness.SeverityCritical,
	Remediation: "Treat this port as open to whoever lacks the one that is not asked for.",
	Sources:     []harness.Source{{Lines: "2.3-3.0", Section: introSection}},
	Needs:       []harness.Feature{harness.AnyTLS, harness.Users},
	Live:        true,
	Cases: slices.Concat(
		each("with login", harness.Attempt{Login: harness.LoginRoot}, harness.Served, harness.Served),
		each("without login", harness.Attempt{Login: harness.LoginNone}, harness.RefusedCredentials, harness.RefusedCredentials),
		each("with a wrong password", harness.Attempt{Login: harness.LoginWrong}, harness.RefusedCredentials, harness.RefusedCredentials),
		need(each("with login and without a certificate", harness.Attempt{As: harness.Nobody},
			harness.RefusedNoCertificate, harness.NotServed), harness.Mode2),
	),
})
