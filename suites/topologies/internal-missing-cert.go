package topologies

import "milvus-tls-e2e/harness"

// The certificate that components should show is not there.
var _ = add(harness.Topology{Name: "internal-missing-cert", Internal: harness.InternalNoCert, RepairedTopology: "internal"})
