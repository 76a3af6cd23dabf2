package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/access"
)

// gRPC and REST answer at the addresses that their owner gave.
var _ = add(harness.Claim{
	ID:          "addresses-answer",
	Statement:   "gRPC and REST answer at the addresses that are given for them.",
	Finding:     "gRPC or REST does not answer at the address that is given for it.",
	Severity:    harness.SeverityMedium,
	Remediation: "Give gRPC's address as addresses.grpc and that of proxy.http.port, which under TLS is another, as addresses.rest; leave addresses.rest out where proxy.http.enabled is false. A proxy before gRPC's port has to speak HTTP/2 to clients and to Milvus.",
	Needs:       []harness.Feature{harness.AttachedHere},
	Live:        true,
	Cases: []harness.Case{
		{Name: "gRPC's", Want: access.Given, Check: access.Check{Port: harness.GRPC, Aspect: access.Address}, Needs: []harness.Feature{harness.AnyTLS}},
		{Name: "REST's", Want: access.Given, Check: access.Check{Port: harness.HTTP, Aspect: access.Address}, Needs: []harness.Feature{harness.RESTOn}},
	},
})
