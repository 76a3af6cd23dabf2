package rotation_test

import (
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/rotation"
)

// A rotation's control is made at the same moment, with the attempt's defects
// taken back.
func TestControlOfARotation(t *testing.T) {
	t.Parallel()
	mode2 := harness.Topology{Name: "mode-2", Mode: 2}
	for _, restarted := range []bool{false, true} {
		check := rotation.Check{Attempt: harness.Attempt{Client: harness.Raw, Port: harness.HTTP, Identity: "foreign-ca-other-subject"}, Restarted: restarted}.Resolve(mode2).(rotation.Check)
		want := rotation.Check{Attempt: harness.Attempt{Client: harness.Raw, Port: harness.HTTP}, Restarted: restarted}.Resolve(mode2)
		if got, needed := check.Control(mode2); !needed || got != want {
			t.Errorf("%s: %s, want %s", check, got, want)
		}
	}
}
