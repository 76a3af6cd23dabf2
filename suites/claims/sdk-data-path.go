package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
)

// The whole data path works in each mode.
var _ = add(harness.Claim{
	ID:          "sdk-data-path",
	Statement:   "Create, insert, index, load, search and drop work through each client in each mode, and find what was inserted.",
	Finding:     "A client cannot carry out the whole data path: create, insert, index, load, search, drop.",
	Severity:    harness.SeverityHigh,
	Remediation: "Do not upgrade to this release with this client until it works.",
	Needs:       []harness.Feature{harness.KnownMode, harness.Plainest},
	Live:        true,
	Cases: slices.Concat(
		peoples("the whole data path", harness.Attempt{Request: harness.RequestData}, harness.Served),
		// These are the SDKs of the server's line. They are also tested against other servers
		// and modes.
		releases(harness.Pymilvus, "the whole data path", harness.Attempt{Request: harness.RequestData}, harness.Mode2),
		releases(harness.Node, "the whole data path", harness.Attempt{Request: harness.RequestData}, harness.Mode2),
	),
})
