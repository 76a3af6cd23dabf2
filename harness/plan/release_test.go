package plan

import (
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/rotation"
	"milvus-tls-e2e/harness/features"
	_ "milvus-tls-e2e/harness/probe" // declares the clients
)

// What a release has no use for is not asked there, in the words of the release.
func TestInternalTopologiesNeedARelease(t *testing.T) {
	topology := harness.Topology{Name: "internal", Internal: harness.InternalOn}
	claims := []harness.Claim{{ID: "a", Cases: []harness.Case{
		{Name: "raw", Want: harness.Served, Check: harness.Attempt{Client: harness.Raw, Port: harness.GRPC}},
		{Name: "mixcoord", Want: harness.Served, Needs: []harness.Feature{harness.InternalMixCoord.RoleFeature()}, Check: harness.Attempt{Client: harness.Raw, Port: harness.InternalMixCoord}},
	}}}
	servers := []harness.Server{
		{Version: "2.3.5", Claims: []string{"a"}},
		{Version: "2.5.16", Claims: []string{"a"}, Features: []harness.Feature{harness.HasInternalTLS, harness.InternalRootCoord.RoleFeature()}},
	}
	made, err := New(Inputs{Servers: servers, Topologies: []string{"internal"}, Clients: []harness.Client{harness.Raw}}, claims, []harness.Topology{topology})
	if err != nil {
		t.Fatal(err)
	}
	var why []string
	for _, p := range made.Cases {
		why = append(why, p.Cell.Version+" "+p.Case+": "+p.Reason)
	}
	want := "2.3.5 *: the release has no TLS between components; 2.5.16 raw: ; 2.5.16 mixcoord: the release has no mixcoord with a port of its own"
	if got := strings.Join(why, "; "); got != want {
		t.Errorf("planned %q", got)
	}
}

// A client release that is not installed is no reason to leave out the others.
func TestAReleaseThatIsNotInstalled(t *testing.T) {
	t.Parallel()
	in := Inputs{
		Topologies: []string{"mode-2"}, Clients: harness.Clients, Machine: harness.ClientVersion{Client: harness.Node, Release: "2.4"}.Needs(), Without: map[harness.Feature]string{"node-3.0": "node is too old"},
	}
	for _, line := range []string{"2.3", "3.0"} {
		in.Servers = append(in.Servers, harness.Server{Version: line + ".0", Line: line, Claims: []string{"c"}})
	}
	claim := harness.Claim{ID: "c", Cases: []harness.Case{
		{Name: "open", Want: harness.Served, Check: harness.Attempt{Client: harness.Node, Port: harness.GRPC}},
		{Name: "rotated", Want: harness.Served, Check: rotation.Check{Attempt: harness.Attempt{Client: harness.Node, Port: harness.GRPC}}},
		{Name: "not here", Want: harness.Served, Check: harness.Attempt{Client: harness.Java, Port: harness.GRPC}},
	}}
	made, err := New(in, []harness.Claim{claim}, []harness.Topology{{Name: "mode-2", Mode: 2}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range made.Cases {
		got = append(got, p.Reason)
	}
	want := []string{"", "", features.Lacks(harness.Java.Feature()), "node is too old", "node is too old", features.Lacks(harness.Java.Feature())}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if why := features.Lacks(harness.Feature("pymilvus-2.6")); !strings.Contains(why, "pymilvus 2.6 is not installed") {
		t.Errorf("it says %q", why)
	}
}
