package topologies

import "milvus-tls-e2e/harness"

// etcd demands mutual TLS, and nothing else is encrypted.
var _ = add(harness.Topology{Name: "etcd-tls", EtcdTLS: true})
