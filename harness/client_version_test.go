package harness_test

import (
	"testing"

	"milvus-tls-e2e/harness"
	_ "milvus-tls-e2e/harness/probe" // declares the clients
)

// A server is judged with the SDK that its users have.
func TestTheReleaseThatSuitsALine(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]harness.Release{
		"2.2": "2.4", "2.4": "2.4", "2.5": "2.4", "2.6": "2.6", "2.10": "2.6", "3.0": "3.0", "3.1": "3.0", "10.0": "3.0", "": "3.0", "master": "3.0",
	} {
		if got := harness.Pymilvus.Release(line); got != want {
			t.Errorf("for a server of line %q pymilvus %s, want %s", line, got, want)
		}
	}
	for _, line := range []string{"2.2", "3.0"} {
		if got := harness.Java.Release(line); got != "2.6" {
			t.Errorf("for %s harness.Java's %q", line, got)
		}
		if got := harness.Raw.Release(line); got != "" {
			t.Errorf("for %s the raw client has the release %q", line, got)
		}
	}
}

// What a case leaves open and what another names is one attempt, made once.
func TestAnAttemptIsMadeWithTheLinesOwnRelease(t *testing.T) {
	t.Parallel()
	named := harness.Attempt{Client: harness.Node, Port: harness.GRPC, Release: "3.0"}
	open := harness.Attempt{Client: harness.Node, Port: harness.GRPC}
	mode2 := harness.Topology{Name: "mode-2", Mode: 2}
	if got := open.Resolve(mode2.On("3.0")); got != named.Resolve(mode2.On("3.0")) {
		t.Errorf("on 3.0 it is %s", got)
	}
	if got := open.Resolve(mode2.On("2.3")); got == named.Resolve(mode2.On("2.3")) {
		t.Errorf("on 2.3 it is %s too", got)
	}
	control, _ := named.In(mode2.On("2.3")).Control(mode2.On("2.3"))
	if control.Client == harness.Node && control.Release != "3.0" {
		t.Errorf("its control is %s", control)
	}
}
