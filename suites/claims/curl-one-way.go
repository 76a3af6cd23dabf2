package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// The documented curl command verifies TLS in mode 1. What the server then
// answers to its path is curl-answer's business.
var _ = add(harness.Claim{
	ID:           "curl-one-way",
	Statement:    "In mode 1 curl with --cacert verifies the server and gets an HTTP answer on REST's port.",
	Finding:      "In mode 1 the documented curl command gets no HTTP answer over verified TLS.",
	Severity:     harness.SeverityMedium,
	Remediation:  "Test what REST's port speaks, and give curl the CA file that verifies its certificate.",
	Requirements: []harness.Requirement{requirements.NISTServerAuth},
	Sources:      []harness.Source{{Lines: "2.5-3.0", Section: restSection}},
	Needs:        []harness.Feature{harness.Mode1, harness.RESTAlone, harness.Curl.Feature()},
	Live:         true,
	Cases: []harness.Case{
		via("the documented command", harness.Attempt{Identity: harness.Nobody, Request: harness.RequestDocumented}, harness.Curl, harness.HTTP, harness.Answered),
		via("the documented command since 2.6", harness.Attempt{Identity: harness.Nobody, Request: harness.AskWithin10}, harness.Curl, harness.HTTP, harness.Answered),
	},
})
