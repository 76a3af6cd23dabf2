package claims

import "milvus-tls-e2e/harness"

// REST is where its owner says.
var _ = add(harness.Claim{
	ID:          "rest-address",
	Statement:   "REST answers at the address that is given for it.",
	Finding:     "REST does not answer at the address that is given for it.",
	Severity:    harness.SeverityMedium,
	Remediation: "Give the address of proxy.http.port (addresses.rest), which under TLS is another than gRPC's, or leave it out where proxy.http.enabled is false.",
	Needs:       []harness.Feature{harness.AttachedHere, harness.RESTOn},
	Live:        true,
	Cases:       []harness.Case{{Name: "the address", Want: harness.AccessGiven, Check: harness.Access{Port: harness.HTTP, Aspect: harness.AccessREST}}},
})
