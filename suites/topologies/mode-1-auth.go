package topologies

import "milvus-tls-e2e/harness"

// One-way TLS with user authentication on.
var _ = add(harness.Topology{Name: "mode-1-auth", Mode: 1, Users: true})
