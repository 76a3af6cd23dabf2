package topologies

import "milvus-tls-e2e/harness"

// Mutual TLS with the certificates of the 2.5 page's script.
var _ = add(harness.Topology{Name: "mode-2-recipe-2.5", Mode: 2, Recipe: "2.5"})
