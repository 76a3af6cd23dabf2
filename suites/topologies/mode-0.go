package topologies

import "milvus-tls-e2e/harness"

// TLS off, REST on a port of its own.
var _ = add(harness.Topology{Name: "mode-0", Mode: 0})
