package topologies

import "milvus-tls-e2e/harness"

// Mutual TLS with REST switched off.
var _ = add(harness.Topology{Name: "mode-2-rest-off", Mode: 2, REST: harness.NoREST})
