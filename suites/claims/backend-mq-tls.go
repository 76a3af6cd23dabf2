package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// A cluster works on an encrypted message queue.
var _ = add(harness.Claim{
	ID: "backend-mq-tls",
	Statement: "With a Kafka that serves TLS alone, with a private CA that kafka.ssl.tlsCaCert names (in 2.2 and 2.3, ssl.ca.location below " +
		"kafka.consumer and kafka.producer), a cluster becomes ready and its components work together.",
	Finding:      "A cluster does not work with a Kafka that serves TLS alone.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Keep Kafka and the components on a network of their own until the release can reach it over TLS.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.QueueTLS},
	Cases: slices.Concat(
		rawly("list the collections", harness.Attempt{}, harness.Served),
		[]harness.Case{via("create, list, describe, drop", harness.Attempt{Request: harness.RequestSchema}, harness.Go, harness.GRPC, harness.Served)},
	),
})
