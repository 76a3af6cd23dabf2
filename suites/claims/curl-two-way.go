package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// The documented curl command verifies TLS in mode 2.
var _ = add(harness.Claim{
	ID:           "curl-two-way",
	Statement:    "In mode 2 curl with --cert, --key and --cacert verifies the server and gets an HTTP answer on REST's port.",
	Finding:      "In mode 2 the documented curl command with a client certificate gets no HTTP answer over verified TLS.",
	Severity:     harness.SeverityMedium,
	Remediation:  "Test what REST's port speaks, and whether it accepts the client's certificate.",
	Requirements: []harness.Requirement{requirements.NISTServerAuth, requirements.NISTClientAuth},
	Sources:      []harness.Source{{Lines: "2.5-3.0", Section: restSection}},
	Needs:        []harness.Feature{harness.Mode2, harness.RESTAlone, harness.Curl.Feature()},
	Live:         true,
	Cases: []harness.Case{
		via("the documented command", harness.Attempt{Identity: harness.Good, Request: harness.RequestDocumented}, harness.Curl, harness.HTTP, harness.Answered),
		via("the documented command since 2.6", harness.Attempt{Identity: harness.Good, Request: harness.AskWithin10}, harness.Curl, harness.HTTP, harness.Answered),
	},
})
