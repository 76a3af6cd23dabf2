package harness

import "testing"

// A control repairs what deviates and nothing else.
func TestControl(t *testing.T) {
	resolve := func(a Attempt) Attempt { return a.In(Topology{Name: "mode-2", Mode: 2}) }
	good := resolve(Attempt{Client: Raw, Port: GRPC})
	tests := []struct {
		name string
		a    Attempt
		want Attempt
		need bool
	}{
		{"nobody", Attempt{Client: Raw, Port: GRPC, Identity: Nobody}, good, true},
		{"plaintext", Attempt{Client: Raw, Port: GRPC, Transport: TransportPlain}, good, true},
		{"an old version", Attempt{Client: Raw, Port: GRPC, TLSVersion: "1.0"}, good, true},
		{"another name", Attempt{Client: Raw, Port: GRPC, Name: "x"}, good, true},
		{"another trust", Attempt{Client: Raw, Port: GRPC, TrustStore: TrustOther}, good, true},
		{"no defect, raw", Attempt{Client: Raw, Port: GRPC}, Attempt{}, false},
		{"no defect, go", Attempt{Client: Go, Port: GRPC}, good, true},
		{"data asked for", Attempt{Client: Go, Port: GRPC, Request: RequestData}, good, true},
		{"REST at REST", Attempt{Client: REST, Port: HTTP, Identity: Nobody}, resolve(Attempt{Client: REST, Port: HTTP}), true},
		{"management", Attempt{Client: Curl, Port: Management}, resolve(Attempt{Client: Curl, Port: Management, Request: RequestVersion}), true},
	}
	for _, tt := range tests {
		got, need := tt.a.Control(Topology{Name: "mode-2", Mode: 2})
		if got != tt.want || need != tt.need {
			t.Errorf("%s: control %+v, %v; want %+v, %v", tt.name, got, need, tt.want, tt.need)
		}
	}
	off := Topology{Name: "x", Mode: 1, REST: NoREST}
	if got, _ := (Attempt{Client: REST, Port: HTTP}).Control(off); got != (Attempt{Client: Raw, Port: GRPC}).In(off) {
		t.Errorf("where REST is off, the control is %v and not gRPC", got)
	}
}

func TestResolveFollowsTheTopology(t *testing.T) {
	a := Attempt{Client: Raw, Port: GRPC}.In(Topology{Mode: 2, Users: true})
	if a.Identity != Good || a.Transport != TransportTLS || a.Login != LoginRoot || a.Name != RightName || a.TrustStore != TrustCA {
		t.Errorf("mode 2 with users: %+v", a)
	}
	a = Attempt{Client: Raw, Port: GRPC}.In(Topology{Mode: 1})
	if a.Identity != Nobody || a.Transport != TransportTLS || a.Login != LoginNone {
		t.Errorf("mode 1: %+v", a)
	}
	a = Attempt{Client: REST, Port: Management}.In(Topology{Mode: 2})
	if a.Identity != Nobody || a.Transport != TransportPlain {
		t.Errorf("management of mode 2: %+v", a)
	}
}
