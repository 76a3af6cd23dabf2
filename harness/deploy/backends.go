package deploy

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
)

// A Backend is an etcd, an object store or a Kafka, by what it serves.
type Backend string

// The backends. A provider starts those with TLS when a server first needs them.
const (
	EtcdPlain   Backend = "etcd"
	EtcdMutual  Backend = "etcd-tls"   // demands a client certificate
	EtcdOld     Backend = "etcd-tls12" // the same, and speaks nothing newer than TLS 1.2
	ObjectPlain Backend = "minio"
	ObjectTLS   Backend = "minio-tls"
	ObjectOld   Backend = "minio-tls12" // the same, and speaks nothing newer than TLS 1.2
	KafkaPlain  Backend = "kafka"
	KafkaTLS    Backend = "kafka-tls"
)

// Backends returns what the server is to keep its metadata and its objects in;
// object is empty where it keeps these on its own disk.
func (s Spec) Backends() (etcd, object Backend) {
	old := func(f harness.File) bool { return s.Change.File == f && s.Change.Defect == harness.OnlyTLS12 }
	etcd = EtcdPlain
	if s.Topology.EtcdTLS {
		etcd = EtcdMutual
		if old(harness.EtcdServer) {
			etcd = EtcdOld
		}
	}
	switch {
	case s.Server.Storage != "object":
	case s.Topology.StoreTLS && old(harness.StoreServer):
		object = ObjectOld
	case s.Topology.StoreTLS:
		object = ObjectTLS
	default:
		object = ObjectPlain
	}
	return etcd, object
}

// QueueBackend returns the message queue between a cluster's components; empty where it is not a
// process of its own.
func (s Spec) QueueBackend() Backend {
	switch {
	case milvus.QueueOf(harness.Features{}.With(s.Server.Features...), s.Topology) != milvus.Kafka:
		return ""
	case s.Topology.QueueTLS:
		return KafkaTLS
	}
	return KafkaPlain
}
