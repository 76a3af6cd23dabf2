package topologies

import "milvus-tls-e2e/harness"

// TLS between components, and mutual TLS for clients.
var _ = add(harness.Topology{Name: "internal-mode-2", Mode: 2, Internal: harness.InternalOn})
