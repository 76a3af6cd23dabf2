package harness

import "testing"

// A rotation's control is made at the same moment, with the attempt's defects
// taken back.
func TestControlOfARotation(t *testing.T) {
	t.Parallel()
	mode2 := Topology{Name: "mode-2", Mode: 2}
	for _, restarted := range []bool{false, true} {
		look := Rotation{Attempt: Attempt{Via: Raw, At: HTTP, As: "foreign-ca-other-subject"}, Restarted: restarted}.Fit(mode2).(Rotation)
		want := Rotation{Attempt: Attempt{Via: Raw, At: HTTP}, Restarted: restarted}.Fit(mode2)
		if got, needed := look.Control(mode2); !needed || got != want {
			t.Errorf("%s: %s, want %s", look, got, want)
		}
	}
}
