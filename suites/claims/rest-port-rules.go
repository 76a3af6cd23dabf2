package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
)

// REST never vanishes without a warning.
var _ = add(harness.Claim{
	ID:          "rest-port-rules",
	Statement:   "With TLS on and REST's port unset or gRPC's, the server says that REST is not served. Switched off, REST's port is closed.",
	Finding:     "REST answers nowhere, and no line of the log says so, when TLS is on and proxy.http.port is unset or gRPC's.",
	Severity:    harness.SeverityHigh,
	Remediation: "Set proxy.http.port to a port of its own whenever TLS is on.",
	Needs:       []harness.Feature{harness.AnyTLS, harness.NoUsers},
	Cases: slices.Concat(
		finding("REST is not served on its own port, and the server does not say so.",
			starting("REST on its own port", harness.ConfigChange{}, start.RESTExplained, harness.RESTAlone)),
		[]harness.Case{starting("REST on a port that it cannot have", harness.ConfigChange{}, start.RESTExplained, harness.RESTShared)},
		finding("With proxy.http.enabled: false something still listens on REST's port.",
			via("REST switched off", harness.Attempt{}, harness.REST, harness.HTTP, harness.NothingListens, harness.RESTIsOff)),
	),
})
