package features

import (
	"testing"

	"milvus-tls-e2e/harness"
)

// A cluster is asked for where it can be had, and nowhere else.
func TestWhyNoCluster(t *testing.T) {
	t.Parallel()
	kafka, woodpecker := []harness.Feature{harness.ByKafka}, []harness.Feature{harness.ByWoodpecker}
	for _, tt := range []struct {
		name     string
		topology harness.Topology
		has      []harness.Feature
		lacks    harness.Feature
	}{
		{"no cluster", harness.Topology{}, nil, ""},
		{"nobody knows its components", harness.Topology{Cluster: true}, []harness.Feature{harness.HasClusters, harness.HasKafka}, harness.ByKafka},
		{"another provider", harness.Topology{Cluster: true}, append(woodpecker, harness.HasKafka), harness.HasClusters},
		{"no Kafka here", harness.Topology{Cluster: true}, append(kafka, harness.HasClusters), harness.HasKafka},
		{"no Kafka here, and none needed", harness.Topology{Cluster: true}, append(woodpecker, harness.HasClusters), ""},
		{"Kafka", harness.Topology{Cluster: true}, append(kafka, harness.HasClusters, harness.HasKafka), ""},
		{"TLS to a queue that is no process", harness.Topology{Cluster: true, QueueTLS: true}, append(woodpecker, harness.HasClusters, harness.HasKafka), harness.ByKafka},
	} {
		if lacks := WhyNoCluster(tt.topology, harness.Features{}.With(tt.has...)); lacks != tt.lacks || lacks != "" && !Known(lacks) {
			t.Errorf("%s: it lacks %q, want %q", tt.name, lacks, tt.lacks)
		}
	}
}

// What is claimed of one process is asked of a cluster but where it needs starts of its
// own, and of one with an odd component only what is about that.
func TestClusterFeatures(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		topology harness.Topology
		has, not harness.Feature
	}{
		{harness.Topology{Cluster: true, Mode: 2}, harness.Mode2, harness.Plainest},
		{harness.Topology{Cluster: true, Mode: 2}, harness.InternalProxy2.RoleFeature(), harness.EveryClient},
		{harness.Topology{Mode: 2}, harness.Mode2, harness.InternalProxy2.RoleFeature()},
		{harness.Topology{Cluster: true, Internal: harness.InternalOn}, harness.InternalTLS, harness.InternalAlone},
		{harness.Topology{Cluster: true, Internal: harness.InternalOn, Odd: harness.Odd{Component: "datanode"}}, harness.OneOdd, harness.InternalTLS},
		{harness.Topology{Cluster: true, QueueTLS: true}, harness.QueueTLS, harness.Mode0},
	} {
		if fs := (harness.Features{}.With(Offered(tt.topology)...)); !fs[tt.has] || fs[tt.not] {
			t.Errorf("%+v offers %v", tt.topology, fs)
		}
	}
}
