package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// Mode 2 serves every good certificate of the catalogue.
var _ = add(harness.Claim{
	ID:           "good-client-cert-served",
	Statement:    "In mode 2 every client certificate without a defect is served, on gRPC's port and on REST's.",
	Finding:      "In mode 2 the server refuses a client certificate that has no defect.",
	Severity:     harness.SeverityMedium,
	Remediation:  "Issue client certificates of a kind that this release accepts; the result names the kinds that it refuses.",
	Requirements: []harness.Requirement{requirements.NISTClientAuth},
	Needs:        []harness.Feature{harness.Mode2},
	Live:         true,
	Cases:        catalogue(true, harness.Served, harness.Served),
})
