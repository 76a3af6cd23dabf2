package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// The management port is no way around TLS.
var _ = add(harness.Claim{
	ID:           "management-no-plain-data",
	Statement:    "In modes 1 and 2 the management port answers no data call in plaintext.",
	Finding:      "The management port (9091) answers data calls in plaintext in modes 1 and 2, and asks for no certificate.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Let only the host itself reach METRICS_PORT (9091). proxy.http.enabled: false removes the data API from it, together with REST.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.NISTClientAuth, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.AnyTLS, harness.ManagementV1},
	Cases: slices.Concat(
		need(listing("list the collections"), harness.RESTOn),
		// Seen on 2.2.16 and 2.3.5: proxy.http.enabled takes this API away too.
		need(listing("list the collections, REST switched off"), harness.RESTIsOff),
	),
})

func listing(name string) []harness.Case {
	return []harness.Case{
		via(name, harness.Attempt{}, harness.REST, harness.Management, harness.NotServed),
		via(name, harness.Attempt{}, harness.Curl, harness.Management, harness.NotServed, harness.Curl.Feature()),
	}
}
