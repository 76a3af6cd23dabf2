package topologies

import "milvus-tls-e2e/harness"

// A mode that no page gives a meaning to; a server is right not to start with it.
var _ = add(harness.Topology{Name: "mode-3", Mode: 3, RepairedTopology: "mode-2"})
