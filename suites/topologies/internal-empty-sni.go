package topologies

import "milvus-tls-e2e/harness"

// Components are configured with no name to expect.
var _ = add(harness.Topology{Name: "internal-empty-sni", Internal: harness.InternalEmptySNI, RepairedTopology: "internal"})
