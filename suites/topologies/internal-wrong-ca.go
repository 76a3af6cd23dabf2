package topologies

import "milvus-tls-e2e/harness"

// Components trust a CA that did not sign their certificate; a server is right not
// to become ready.
var _ = add(harness.Topology{Name: "internal-wrong-ca", Internal: harness.InternalWrongCA, RepairedTopology: "internal"})
