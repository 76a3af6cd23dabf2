package process

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// clusterSpec is a cluster of one proxy and one querynode, each twice, all of which run a
// script.
func clusterSpec(t *testing.T, script string) deploy.Spec {
	t.Helper()
	s := spec(t, script)
	s.Topology.Cluster = true
	s.Server.Features = []harness.Feature{harness.ByWoodpecker, harness.InternalProxy.RoleFeature(), harness.InternalQueryNode.RoleFeature()}
	return s
}

func clustered(t *testing.T, script string) *milvusServer {
	t.Helper()
	m, err := newProvider(t, isolate.AsRoot).deploy(t.Context(), clusterSpec(t, script))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, m) })
	return m
}

// Each component has a process, a configuration, a log and ports of its own.
func TestDeployCluster(t *testing.T) {
	t.Parallel()
	m := clustered(t, `echo "$2 at $METRICS_PORT with $MILVUSCONF $DEPLOY_MODE"; exec sleep 60`)
	var names, addrs []string
	for _, c := range m.Capabilities().Cluster.Components {
		awaitLog(t, c, c.Name[:5])
		names, addrs = append(names, c.Name), append(addrs, c.Management)
		if !there(filepath.Join(m.Where(), "conf", c.Name, "milvus.yaml")) || !there(filepath.Join(m.Where(), c.Name+".log")) {
			t.Errorf("%s has no configuration or log of its own", c.Name)
		}
	}
	if want := []string{"querynode", "querynode-2", "proxy", "proxy-2"}; !slices.Equal(names, want) {
		t.Errorf("components %q, want %q", names, want)
	}
	for _, p := range []harness.Port{
		harness.GRPC, harness.GRPC2, harness.HTTP, harness.HTTP2, harness.InternalProxy, harness.InternalProxy2, harness.InternalQueryNode, harness.InternalQueryNode2,
	} {
		addrs = append(addrs, m.Addr(p))
	}
	if slices.Sort(addrs); len(slices.Compact(slices.Clone(addrs))) != len(addrs) {
		t.Errorf("two listeners share an address: %q", addrs)
	}
	if m.Addr(harness.Management) != m.Addr(harness.ManagementOf("proxy")) {
		t.Errorf("the server's management port is %s, the proxy's %s", m.Addr(harness.Management), m.Addr(harness.ManagementOf("proxy")))
	}
	log, end, err := m.Log(0)
	if err != nil || strings.Count(string(log), "CLUSTER") != 4 {
		t.Errorf("its log is %q, %v", log, err)
	}
	if more, again, err := m.Log(end); len(more) > 0 || again != end || err != nil {
		t.Errorf("nothing more was logged: %q", more)
	}
}

// A cluster has ended once one of its components has, and says which.
func TestAComponentEnds(t *testing.T) {
	t.Parallel()
	m := clustered(t, `case "$*" in *querynode-2*) echo "panic: no certificate"; exit 7;; esac; exec sleep 60`)
	if status := awaitExit(t, m); status != 7 {
		t.Errorf("status %d, want 7", status)
	}
	if name := m.Capabilities().Cluster.Ended(); name != "querynode-2" {
		t.Errorf("%q ended first", name)
	}
	stop(t, m)
	if !m.over() {
		t.Error("others still run")
	}
}

// What is wrong with one component alone is wrong with no other.
func TestOneOddComponent(t *testing.T) {
	t.Parallel()
	s := clusterSpec(t, `cat "$MILVUSCONF/milvus.yaml"; exec sleep 60`)
	s.Odd = deploy.Odd{Component: "querynode-2", Topology: s.Topology, Change: harness.ConfigChange{Key: "odd", Value: "7"}, Files: s.Files}
	m, err := newProvider(t, isolate.AsRoot).deploy(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, m) })
	for _, c := range m.Capabilities().Cluster.Components {
		awaitLog(t, c, "tls:")
		log, _, err := c.Log(0)
		if odd := strings.Contains(string(log), "odd: 7"); err != nil || odd != (c.Name == "querynode-2") {
			t.Errorf("%s is odd: %t, %v", c.Name, odd, err)
		}
	}
}
