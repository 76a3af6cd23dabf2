package topologies

import "milvus-tls-e2e/harness"

// One-way TLS with REST switched off.
var _ = add(harness.Topology{Name: "mode-1-rest-off", Mode: 1, REST: harness.NoREST})
