package topologies

import "milvus-tls-e2e/harness"

// One-way TLS: only the server shows a certificate.
var _ = add(harness.Topology{Name: "mode-1", Mode: 1})
