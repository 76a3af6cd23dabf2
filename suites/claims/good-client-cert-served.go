package claims

import "milvus-tls-e2e/harness"

// Mode 2 serves every good certificate of the catalogue.
var _ = add(harness.Claim{
	ID:          "good-client-cert-served",
	Statement:   "In mode 2 every client certificate without a defect is served, on gRPC's port and on REST's.",
	Severity:    harness.SeverityMedium,
	Remediation: "Issue client certificates of a kind that the server takes.",
	Needs:       []harness.Feature{harness.Mode2},
	Live:        true,
	Cases:       catalogue(true, harness.Served, harness.Served),
})
