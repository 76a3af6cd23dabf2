package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/requirements"
)

// Between components only the called one shows a certificate.
var _ = add(harness.Claim{
	ID:           "internal-one-way",
	Statement:    "Internal TLS is one-way: a component verifies the server that it calls, and asks its callers for no certificate.",
	Finding:      "A component asks its callers for a certificate, or accepts a certificate of another CA from the component that it calls.",
	Severity:     harness.SeverityMedium,
	Remediation:  "Keep everybody but the components away from the internal ports: internal TLS does not authenticate callers.",
	Requirements: []harness.Requirement{requirements.NISTServerAuth, requirements.BSIAuthentication},
	Sources:      []harness.Source{{Lines: "2.5-3.0", Section: configSection}},
	Since:        ">= 2.5",
	Live:         true,
	Cases: slices.Concat(
		finding("A component asks its callers for a certificate.",
			need(components("no certificate is asked for", harness.Attempt{TrustStore: harness.TrustAnything}, harness.ServedNoCertRequest), harness.InternalTLS)...),
		finding("Components accept an internal certificate of a CA that they are not given.",
			starting("a certificate of another CA is refused by components", harness.ConfigChange{}, start.Unready, harness.BadInternalCA)),
	),
})
