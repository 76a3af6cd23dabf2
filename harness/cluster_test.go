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
