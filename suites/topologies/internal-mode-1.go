package topologies

import "milvus-tls-e2e/harness"

// TLS between components, and one-way TLS for clients.
var _ = add(harness.Topology{Name: "internal-mode-1", Mode: 1, Internal: harness.InternalOn})
