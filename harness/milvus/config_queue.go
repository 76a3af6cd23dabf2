package milvus

import "milvus-tls-e2e/harness"

// QueueOf returns the message queue of a server with these features in a topology.
func QueueOf(fs harness.Features, t harness.Topology) Queue {
	switch {
	case !t.Cluster:
		return ""
	case fs[harness.ByWoodpecker] && !t.QueueTLS: // which is no process, and serves nothing
		return Woodpecker
	}
	return Kafka
}

func (s Setup) queue() []setting {
	switch s.Storage.Queue {
	case Kafka:
		return append([]setting{
			{"mq.type", string(Kafka)},
			{"kafka.brokerList", s.Storage.Kafka},
			{"pulsar", nil}, // which wins in a cluster, up to 2.2
		}, s.queueTLS()...)
	case Woodpecker:
		kind := "minio"
		if s.Storage.Object == "" {
			kind = "local"
		}
		return []setting{{"mq.type", string(Woodpecker)}, {"woodpecker.storage.type", kind}, {"woodpecker.storage.forceLocalStorage", s.Storage.Object == ""}}
	}
	return []setting{{"mq.type", "rocksmq"}}
}

// queueTLS returns the settings for a Kafka that serves TLS alone, with a private CA. 2.5 has
// kafka.ssl keys for it. 2.2 and 2.3 have none, and hand what begins with kafka.consumer and
// kafka.producer to their Kafka client as it is (seen on 2.2.16, 2.3.5 and 2.5.24). Kafka asks
// for no client certificate here; a 2.5's client is given one in any case.
func (s Setup) queueTLS() []setting {
	switch {
	case !s.Topology.QueueTLS:
		return nil
	case s.Topology.Line == "2.2", s.Topology.Line == "2.3":
		return []setting{
			{"kafka.securityProtocol", "SSL"},
			{"kafka.consumer.security.protocol", "SSL"},
			{"kafka.consumer.ssl.ca.location", s.path(harness.StoreCA)},
			{"kafka.producer.security.protocol", "SSL"},
			{"kafka.producer.ssl.ca.location", s.path(harness.StoreCA)},
		}
	}
	return []setting{
		{"kafka.securityProtocol", "SSL"},
		{"kafka.ssl.enabled", true},
		{"kafka.ssl.tlsCert", s.path(harness.EtcdCert)},
		{"kafka.ssl.tlsKey", s.path(harness.EtcdKey)},
		{"kafka.ssl.tlsCaCert", s.path(harness.StoreCA)},
	}
}
