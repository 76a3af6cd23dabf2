package topologies

import "milvus-tls-e2e/harness"

// One-way TLS with the certificates of the 2.5 page's renewal; clients hold the
// CA file from before it.
var _ = add(harness.Topology{Name: "mode-1-recipe-2.5-renewed", Mode: 1, Recipe: "2.5-renewed"})
