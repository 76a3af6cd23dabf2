package topologies

import "milvus-tls-e2e/harness"

// TLS between components, and none for clients.
var _ = add(harness.Topology{Name: "internal", Internal: harness.InternalOn})
