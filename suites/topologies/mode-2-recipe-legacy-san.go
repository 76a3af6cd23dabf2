package topologies

import "milvus-tls-e2e/harness"

// Mutual TLS with the certificates of the older pages' script as the 2.2 page
// configures it, which carry a SAN.
var _ = add(harness.Topology{Name: "mode-2-recipe-legacy-san", Mode: 2, Recipe: "legacy-san"})
