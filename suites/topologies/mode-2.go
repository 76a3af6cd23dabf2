package topologies

import "milvus-tls-e2e/harness"

// Mutual TLS: both sides show a certificate.
var _ = add(harness.Topology{Name: "mode-2", Mode: 2})
