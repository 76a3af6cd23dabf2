package topologies

import "milvus-tls-e2e/harness"

// TLS off and REST switched off.
var _ = add(harness.Topology{Name: "mode-0-rest-off", Mode: 0, REST: harness.NoREST})
