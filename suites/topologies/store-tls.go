package topologies

import "milvus-tls-e2e/harness"

// The object store serves TLS with a private CA, and nothing else is encrypted.
var _ = add(harness.Topology{Name: "store-tls", StoreTLS: true})
