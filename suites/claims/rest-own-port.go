package claims

import "milvus-tls-e2e/harness"

// Under TLS, REST needs a port of its own.
var _ = add(harness.Claim{
	ID:          "rest-own-port",
	Statement:   "Under TLS, REST cannot share gRPC's port: it needs proxy.http.port, and gRPC stays where it was.",
	Finding:     "Under TLS, REST works on gRPC's port, or does not work on its own.",
	Severity:    harness.SeverityLow,
	Remediation: "Set proxy.http.port to a port of its own.",
	Sources:     []harness.Source{{Lines: "2.5-3.0", Section: configSection}},
	Needs:       []harness.Feature{harness.AnyTLS},
	Live:        true,
	Cases: []harness.Case{
		via("gRPC on its own port", harness.Attempt{}, harness.Go, harness.GRPC, harness.Served),
		via("REST on its own port", harness.Attempt{}, harness.REST, harness.HTTP, harness.Served, restNeeds...),
		via("REST on its own port", harness.Attempt{}, harness.Curl, harness.HTTP, harness.Served, curlNeeds...),
		via("REST on gRPC's port", harness.Attempt{}, harness.REST, harness.GRPC, harness.NotServed),
		via("REST on gRPC's port", harness.Attempt{}, harness.Curl, harness.GRPC, harness.NotServed, harness.Curl.Feature()),
	},
})
