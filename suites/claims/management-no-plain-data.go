package claims

import "milvus-tls-e2e/harness"

// The management port is no way around TLS.
var _ = add(harness.Claim{
	ID:     "management-no-plain-data",
	Says:   "In modes 1 and 2 the management port answers no data call in plaintext.",
	Harm:   harness.HarmGrave,
	Advice: "Let nobody but the host itself reach METRICS_PORT (9091): it serves the old data API without TLS and without a certificate.",
	Needs:  []harness.Feature{harness.AnyTLS, harness.ManagementV1},
	Cases: []harness.Case{
		via("list the collections", harness.Attempt{}, harness.REST, harness.Management, harness.NotServed),
		via("list the collections", harness.Attempt{}, harness.Curl, harness.Management, harness.NotServed, harness.HasCurl),
	},
})
