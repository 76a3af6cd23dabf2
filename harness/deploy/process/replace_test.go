package process

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
)

// A component is replaced at its addresses, while the others go on; its end is not the
// cluster's, and its successor's is.
func TestReplaceAComponent(t *testing.T) {
	t.Parallel()
	const stays = `echo "$2 at $METRICS_PORT with $MILVUSCONF"; trap 'echo ended; exit 3' TERM; sleep 60 & wait`
	m := clustered(t, stays)
	before, _ := m.Capabilities().Cluster.Component("querynode-2")
	awaitLog(t, before, "querynode at")
	s := clusterSpec(t, `echo "anew at $METRICS_PORT with $MILVUSCONF"; case "$*" in *querynode-2*) sleep 0.2; exit 9;; esac; exec sleep 60`)
	h, err := m.Replace(within(t), "querynode-2", s, bound)
	if err != nil || h.Killed || h.Status != 3 {
		t.Fatalf("it was stopped as %+v, %v", h, err)
	}
	after, _ := m.Capabilities().Cluster.Component("querynode-2")
	awaitLog(t, after, "anew at")
	if after.Management != before.Management || !there(filepath.Join(m.Where(), "conf-2", "querynode-2", "milvus.yaml")) {
		t.Errorf("%s follows %s, with no configuration of its own", after.Management, before.Management)
	}
	if status := awaitExit(t, m); status != 9 || m.Capabilities().Cluster.Ended() != "querynode-2" {
		t.Errorf("%q ended the cluster, with status %d", m.Capabilities().Cluster.Ended(), status)
	}
	whole, _, err := m.Log(0)
	if err != nil || !strings.Contains(string(whole), "ended") || !strings.Contains(string(whole), "anew") {
		t.Errorf("the cluster's log is %q, %v", whole, err)
	}
	// One that has ended can be replaced, and the cluster lives again.
	if _, err := m.Replace(within(t), "querynode-2", clusterSpec(t, stays), bound); err != nil {
		t.Fatal(err)
	}
	select {
	case <-m.Exited():
		t.Error("the cluster has ended although the one that ended was replaced")
	case <-time.After(time.Second / 10):
	}
	stop(t, m)
	if !m.over() {
		t.Error("others still run")
	}
}

// What cannot take a component's place is refused, and the component stays.
func TestReplaceByNothing(t *testing.T) {
	t.Parallel()
	m := clustered(t, "exec sleep 60")
	other := clusterSpec(t, "exec sleep 60")
	other.Server.Version, other.Server.Features = "2.6.0", []harness.Feature{harness.ByWoodpecker, harness.InternalProxy.RoleFeature()}
	for name, want := range map[string]string{"indexnode": "no such component", "querynode": "2.6.0 has no such component"} {
		s := clusterSpec(t, "exec sleep 60")
		if name == "querynode" {
			s = other
			s.Topology.Cluster = false
		}
		if _, err := m.Replace(within(t), name, s, bound); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	select {
	case <-m.Exited():
		t.Error("it has ended")
	default:
	}
}
