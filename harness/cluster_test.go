package harness

import "testing"

func TestFirstPort(t *testing.T) {
	t.Parallel()
	for p, want := range map[Port]Port{GRPC2: GRPC, HTTP2: HTTP, InternalProxy2: InternalProxy, GRPC: GRPC, InternalDataNode: InternalDataNode} {
		if got := p.First(); got != want {
			t.Errorf("%s is the second of %s, want %s", p, got, want)
		}
	}
}

// The coordinator of names is called otherwise from release to release, and any other
// component what it is called.
func TestOddIn(t *testing.T) {
	t.Parallel()
	older, newer := Features{}.With(InternalRootCoord.RoleFeature()), Features{}.With(InternalMixCoord.RoleFeature())
	for _, tt := range []struct {
		component string
		release   Features
		want      string
	}{{Coordinator, older, "rootcoord"}, {Coordinator, newer, "mixcoord"}, {"datanode", newer, "datanode"}, {"", older, ""}} {
		if got := (Odd{Component: tt.component}).In(tt.release).Component; got != tt.want {
			t.Errorf("%q is %q, want %q", tt.component, got, tt.want)
		}
	}
}
