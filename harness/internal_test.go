package harness

import (
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
		got := at.In(tt.topology)
		want := Attempt{Client: Raw, Port: InternalRootCoord, Transport: tt.over, Identity: Nobody, TrustStore: TrustCA, Name: RightName, Login: LoginNone, Request: RequestAnything}
		if got != want {
			t.Errorf("%+v: %+v", tt.topology, got)
		}
	}
	inside := Topology{Internal: InternalOn}
	control, needed := Attempt{Client: Raw, Port: InternalRootCoord, Transport: TransportPlain}.Control(inside)
	if want := at.In(inside); !needed || control != want {
		t.Errorf("plaintext is held against %+v, not %+v", control, want)
	}
	if over := (Attempt{Client: Raw, Port: GRPC}).In(inside).Transport; over != TransportPlain {
		t.Errorf("clients speak %s where components speak TLS", over)
	}
}
