package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// What components tell each other through the message queue is not to be read on the way there.
var _ = add(harness.Claim{
	ID:           "wire-mq",
	Statement:    "With TLS to Kafka on, nothing that a cluster's components send it can be read on the wire, not even the names of channels.",
	Finding:      "With TLS to Kafka on, what a cluster's components send it crosses the network in plaintext.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Keep Kafka and the components on a network of their own until the release encrypts the whole connection.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.QueueTLS},
	Cases:        []harness.Case{hidden("between components and the message queue", harness.MQ)},
})
