package topologies

import "milvus-tls-e2e/harness"

// Components expect a name that their certificate is not for; a server is right
// not to become ready.
var _ = add(harness.Topology{Name: "internal-wrong-sni", Internal: harness.InternalWrongSNI, RepairedTopology: "internal"})
