package topologies

import "milvus-tls-e2e/harness"

// One-way TLS with the certificates of the 2.5 page's script.
var _ = add(harness.Topology{Name: "mode-1-recipe-2.5", Mode: 1, Recipe: "2.5"})
