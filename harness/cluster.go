package harness

import (
	"strings"
)

// A cluster is a server whose components run as processes of their own. Of those in
// Replicated there are two; the ports of the second bear a 2.
const (
	GRPC2              Port = "grpc-2"
	HTTP2              Port = "rest-2"
	InternalProxy2     Port = "internal-proxy-2"
	InternalQueryNode2 Port = "internal-querynode-2"
)

// MQ is the port of the message queue between the components of a cluster.
const MQ Port = "mq"

// Second ends the name of the second of two components, and of its ports.
const Second = "-2"

// Replicated are the components of which a cluster here has two.
var Replicated = []string{"proxy", "querynode"}

// First returns the port of the first component of its kind: "grpc" for "grpc-2".
func (p Port) First() Port { return Port(strings.TrimSuffix(string(p), Second)) }

// ManagementOf names the management port of one component of a cluster.
func ManagementOf(component string) Port { return Management + "-" + Port(component) }

// An Odd component is the one of a cluster that is configured otherwise than the rest.
// The zero value is none.
type Odd struct {
	Component string   // "datanode"
	Internal  Internal // its internal TLS
}

// Coordinator names, as an Odd component, the one that knows which collections there
// are: the mixcoord of releases that have one, and the rootcoord of others.
const Coordinator = "coordinator"

// In returns the component as a release with these features calls it.
func (o Odd) In(release Features) Odd {
	if o.Component == Coordinator {
		o.Component = InternalRootCoord.Component()
		if release[InternalMixCoord.RoleFeature()] {
			o.Component = InternalMixCoord.Component()
		}
	}
	return o
}

// Off reports whether the component is configured for plaintext.
func (o Odd) Off() bool { return o.Component != "" && o.Internal == InternalOff }

// The features of a cluster's topology.
const (
	InCluster Feature = "cluster"     // components run as processes of their own
	OneOdd    Feature = "cluster-odd" // the internal TLS of one of them is not that of the others
	QueueTLS  Feature = "mq-tls"      // the message queue serves TLS alone
)

// The message queues that a release's cluster can use, as features.
const (
	ByKafka      Feature = "cluster-kafka"      // Kafka
	ByWoodpecker Feature = "cluster-woodpecker" // Milvus's own log on the object store; it needs no process
)

// The features of a machine that have to do with clusters.
const (
	HasClusters Feature = "clusters" // components can be run as processes of their own
	HasKafka    Feature = "kafka"    // a Kafka can be run
)
