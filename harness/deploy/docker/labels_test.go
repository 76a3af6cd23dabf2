package docker

import (
	"fmt"
	"testing"
	"time"
)

func TestOnlyRunsThatAreOverAreSwept(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	made := func(ago time.Duration) string { return fmt.Sprint(now.Add(-ago).Unix()) }
	lives := func(folder string) bool { return folder == "/living" }
	tests := []struct {
		name string
		of   map[string]string
		over bool
	}{
		{"lives here", map[string]string{labelRun: "/living", labelMachine: "here", labelMade: made(100 * time.Hour)}, false},
		{"died here", map[string]string{labelRun: "/dead", labelMachine: "here", labelMade: made(time.Second)}, true},
		{"lives elsewhere", map[string]string{labelRun: "/dead", labelMachine: "there", labelMade: made(time.Hour)}, false},
		{"forgotten elsewhere", map[string]string{labelRun: "/living", labelMachine: "there", labelMade: made(25 * time.Hour)}, true},
		{"without a date", map[string]string{labelRun: "/dead", labelMachine: "there"}, true},
	}
	for _, tt := range tests {
		if got := over(tt.of, "here", now, lives); got != tt.over {
			t.Errorf("%s: over %v, want %v", tt.name, got, tt.over)
		}
	}
	mine := labels("/living")
	if over(mine, machine(), time.Now(), lives) || !over(labels("/dead"), machine(), time.Now(), lives) {
		t.Errorf("a run's own labels %v do not say what it is", mine)
	}
}
