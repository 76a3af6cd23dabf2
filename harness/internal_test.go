package harness

import (
	"strings"
	"testing"
)

// Components speak TLS where the topology says so, whatever clients speak, and
// show nobody a certificate of their own.
func TestAttemptsAtInternalPortsFollowInternalTLS(t *testing.T) {
	at := Attempt{Client: Raw, Port: InternalRootCoord}
	for _, tt := range []struct {
		topology Topology
		over     Transport
	}{
		{Topology{Mode: 0}, TransportPlain},
		{Topology{Mode: 2, Users: true}, TransportPlain},
		{Topology{Mode: 0, Internal: InternalOn}, TransportTLS},
		{Topology{Mode: 2, Users: true, Internal: InternalWrongSNI}, TransportTLS},
	} {
		got := at.resolve(tt.topology)
		want := Attempt{Client: Raw, Port: InternalRootCoord, Transport: tt.over, Identity: Nobody, TrustStore: TrustCA, Name: RightName, Login: LoginNone, Request: RequestAnything}
		if got != want {
			t.Errorf("%+v: %+v", tt.topology, got)
		}
	}
	inside := Topology{Internal: InternalOn}
	control, needed := Attempt{Client: Raw, Port: InternalRootCoord, Transport: TransportPlain}.Control(inside)
	if want := at.resolve(inside); !needed || control != want {
		t.Errorf("plaintext is held against %+v, not %+v", control, want)
	}
	if over := (Attempt{Client: Raw, Port: GRPC}).resolve(inside).Transport; over != TransportPlain {
		t.Errorf("clients speak %s where components speak TLS", over)
	}
}

// What a release has no use for is not asked there, in the words of the release.
func TestInternalTopologiesNeedARelease(t *testing.T) {
	topology := Topology{Name: "internal", Internal: InternalOn}
	claims := []Claim{{ID: "a", Cases: []Case{
		{Name: "raw", Want: Served, Check: Attempt{Client: Raw, Port: GRPC}},
		{Name: "mixcoord", Want: Served, Needs: []Feature{InternalMixCoord.RoleFeature()}, Check: Attempt{Client: Raw, Port: InternalMixCoord}},
	}}}
	servers := []Server{
		{Version: "2.3.5", Claims: []string{"a"}},
		{Version: "2.5.16", Claims: []string{"a"}, Features: []Feature{HasInternalTLS, InternalRootCoord.RoleFeature()}},
	}
	plan, err := NewPlan(Inputs{Servers: servers, Topologies: []string{"internal"}, Clients: []Client{Raw}}, claims, []Topology{topology})
	if err != nil {
		t.Fatal(err)
	}
	var why []string
	for _, p := range plan.Cases {
		why = append(why, p.Cell.Version+" "+p.Case+": "+p.Reason)
	}
	want := "2.3.5 *: the release has no TLS between components; 2.5.16 raw: ; 2.5.16 mixcoord: the release has no mixcoord with a port of its own"
	if got := strings.Join(why, "; "); got != want {
		t.Errorf("planned %q", got)
	}
}

func TestInternalFeatures(t *testing.T) {
	for _, tt := range []struct {
		topology Topology
		has, not Feature
	}{
		{Topology{Internal: InternalOn}, InternalAlone, Plainest},
		{Topology{Internal: InternalOn}, Mode0, InternalStuck},
		{Topology{Mode: 2, Internal: InternalOn}, InternalBesideTLS, InternalAlone},
		{Topology{Mode: 2, Internal: InternalOn}, Mode2, EveryClient},
		{Topology{Internal: InternalWrongSNI}, BadInternalSNI, Mode0},
		{Topology{Internal: InternalWrongCA}, InternalStuck, InternalTLS},
		{Topology{Internal: InternalEmptySNI}, NoInternalSNI, InternalStuck},
		{Topology{Internal: InternalNoCert}, NoInternalCert, InternalTLS},
	} {
		fs := Features{}.With(tt.topology.Features()...)
		if !fs[tt.has] || fs[tt.not] {
			t.Errorf("%+v offers %v", tt.topology, fs)
		}
	}
}
