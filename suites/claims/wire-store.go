package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// What Milvus keeps in the object store is not to be read on the way there.
var _ = add(harness.Claim{
	ID:           "wire-store",
	Statement:    "With TLS to the object store on, nothing that Milvus keeps there can be read on the wire.",
	Finding:      "With TLS to the object store on, data that Milvus keeps there crosses the network in plaintext.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Keep the object store on a network of its own until the release encrypts the whole connection.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Needs:        storeFeatures,
	Cases:        []harness.Case{hidden("between Milvus and the object store", harness.Store)},
})
