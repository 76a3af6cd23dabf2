package topologies

import "milvus-tls-e2e/harness"

// Mutual TLS with user authentication on.
var _ = add(harness.Topology{Name: "mode-2-auth", Mode: 2, Users: true})
