package topologies

import "milvus-tls-e2e/harness"

// A cluster whose Kafka serves TLS alone, with a private CA.
var _ = add(harness.Topology{Name: "cluster-mq-tls", Cluster: true, QueueTLS: true})
