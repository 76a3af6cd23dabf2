package claims

import "milvus-tls-e2e/harness"

// REST never vanishes without a word.
var _ = add(harness.Claim{
	ID:          "rest-port-rules",
	Statement:   "With TLS on and REST's port unset or gRPC's, the server says so: REST never vanishes silently. Switched off, it is gone.",
	Severity:    harness.SeverityHigh,
	Remediation: "Set proxy.http.port to a port of its own whenever TLS is on.",
	Needs:       []harness.Feature{harness.AnyTLS, harness.NoUsers},
	Cases: []harness.Case{
		starting("REST on its own port", harness.Change{}, harness.RESTExplained, harness.RESTAlone),
		starting("REST on a port that it cannot have", harness.Change{}, harness.RESTExplained, harness.RESTShared),
		via("REST switched off", harness.Attempt{}, harness.REST, harness.HTTP, harness.NothingListens, harness.RESTIsOff),
	},
})
