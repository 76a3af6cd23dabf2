package topologies

import "milvus-tls-e2e/harness"

// One-way TLS with the certificates of the older pages' script, which carry no
// SAN as the 2.3 and 2.4 pages configure it.
var _ = add(harness.Topology{Name: "mode-1-recipe-legacy", Mode: 1, Recipe: "legacy"})
