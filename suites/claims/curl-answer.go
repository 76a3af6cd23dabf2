package claims

import "milvus-tls-e2e/harness"

// The documented curl command lists the collections.
var _ = add(harness.Claim{
	ID:          "curl-answer",
	Statement:   "The documented curl command, as printed, answers with the list of collections.",
	Finding:     "The documented curl command does not answer with the list of collections: the API refuses the request as printed.",
	Severity:    harness.SeverityLow,
	Remediation: "Send the request as POST with a JSON body.",
	Sources:     []harness.Source{{Lines: "2.5-3.0", Section: restSection}},
	Needs:       []harness.Feature{harness.AnyTLS, harness.RESTAlone, harness.Curl.Feature(), harness.RESTv2},
	Live:        true,
	Cases: []harness.Case{
		via("the documented command", harness.Attempt{Request: harness.RequestDocumented}, harness.Curl, harness.HTTP, harness.Served),
	},
})
