package topologies

import "milvus-tls-e2e/harness"

// External mutual TLS, and both backends encrypted.
var _ = add(harness.Topology{Name: "mode-2-etcd-tls-store-tls", Mode: 2, EtcdTLS: true, StoreTLS: true})
