package topologies

import "milvus-tls-e2e/harness"

// Mutual TLS with the same certificates.
var _ = add(harness.Topology{Name: "mode-2-recipe-legacy", Mode: 2, Recipe: "legacy"})
