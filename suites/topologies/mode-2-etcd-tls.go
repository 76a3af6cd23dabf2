package topologies

import "milvus-tls-e2e/harness"

// External mutual TLS, and an etcd that demands mutual TLS.
var _ = add(harness.Topology{Name: "mode-2-etcd-tls", Mode: 2, EtcdTLS: true})
