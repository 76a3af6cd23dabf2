package harness

import "testing"

// A cluster is asked for where it can be had, and nowhere else.
func TestWhyNoCluster(t *testing.T) {
	t.Parallel()
	kafka, woodpecker := []Feature{ByKafka}, []Feature{ByWoodpecker}
	for _, tt := range []struct {
		name     string
		topology Topology
		has      []Feature
		lacks    Feature
	}{
		{"no cluster", Topology{}, nil, ""},
		{"nobody knows its components", Topology{Cluster: true}, []Feature{HasClusters, HasKafka}, ByKafka},
		{"another provider", Topology{Cluster: true}, append(woodpecker, HasKafka), HasClusters},
		{"no Kafka here", Topology{Cluster: true}, append(kafka, HasClusters), HasKafka},
		{"no Kafka here, and none needed", Topology{Cluster: true}, append(woodpecker, HasClusters), ""},
		{"Kafka", Topology{Cluster: true}, append(kafka, HasClusters, HasKafka), ""},
		{"TLS to a queue that is no process", Topology{Cluster: true, QueueTLS: true}, append(woodpecker, HasClusters, HasKafka), ByKafka},
	} {
		if lacks := tt.topology.WhyNoCluster(Features{}.With(tt.has...)); lacks != tt.lacks || lacks != "" && !lacks.Known() {
			t.Errorf("%s: it lacks %q, want %q", tt.name, lacks, tt.lacks)
		}
	}
}

// What is claimed of one process is asked of a cluster but where it needs starts of its
// own, and of one with an odd component only what is about that.
func TestClusterFeatures(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		topology Topology
		has, not Feature
	}{
		{Topology{Cluster: true, Mode: 2}, Mode2, Plainest},
		{Topology{Cluster: true, Mode: 2}, InternalProxy2.RoleFeature(), EveryClient},
		{Topology{Mode: 2}, Mode2, InternalProxy2.RoleFeature()},
		{Topology{Cluster: true, Internal: InternalOn}, InternalTLS, InternalAlone},
		{Topology{Cluster: true, Internal: InternalOn, Odd: Odd{Component: "datanode"}}, OneOdd, InternalTLS},
		{Topology{Cluster: true, QueueTLS: true}, QueueTLS, Mode0},
	} {
		if fs := (Features{}.With(tt.topology.Features()...)); !fs[tt.has] || fs[tt.not] {
			t.Errorf("%+v offers %v", tt.topology, fs)
		}
	}
}

func TestFirstPort(t *testing.T) {
	t.Parallel()
	for p, want := range map[Port]Port{GRPC2: GRPC, HTTP2: HTTP, InternalProxy2: InternalProxy, GRPC: GRPC, InternalDataNode: InternalDataNode} {
		if got := p.First(); got != want {
			t.Errorf("%s is the second of %s, want %s", p, got, want)
		}
	}
}
