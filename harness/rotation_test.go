package harness

import "testing"

// A rotation's control is made at the same moment, with the attempt's defects
// taken back.
func TestControlOfARotation(t *testing.T) {
	t.Parallel()
	mode2 := Topology{Name: "mode-2", Mode: 2}
	for _, restarted := range []bool{false, true} {
		check := Rotation{Attempt: Attempt{Client: Raw, Port: HTTP, Identity: "foreign-ca-other-subject"}, Restarted: restarted}.Resolve(mode2).(Rotation)
		want := Rotation{Attempt: Attempt{Client: Raw, Port: HTTP}, Restarted: restarted}.Resolve(mode2)
		if got, needed := check.Control(mode2); !needed || got != want {
			t.Errorf("%s: %s, want %s", check, got, want)
		}
	}
}
