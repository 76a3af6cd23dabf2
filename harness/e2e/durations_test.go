package e2e

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"milvus-tls-e2e/harness"
)

func TestDurationsAreThoseOfTheSamePlan(t *testing.T) {
	cache, want := t.TempDir(), map[harness.Cell]float64{{Version: "2.3.5", Topology: "mode-2"}: 7.5, {Version: "2.2.16", Topology: "mode-2"}: 3}
	if took, err := durationsOf(cache, "a").read(); len(took) > 0 || err != nil {
		t.Errorf("nothing was carried out: %v, %v", took, err)
	}
	if err := durationsOf(cache, "a").write(map[harness.Cell]float64{{Version: "2.3.5"}: 1}); err != nil {
		t.Fatal(err)
	}
	if err := durationsOf(cache, "a").write(want); err != nil {
		t.Fatal(err)
	}
	if took, err := durationsOf(cache, "a").read(); !maps.Equal(took, want) || err != nil {
		t.Errorf("%v, %v; want %v", took, err, want)
	}
	if took, err := durationsOf(cache, "b").read(); len(took) > 0 || err != nil {
		t.Errorf("of another plan: %v, %v", took, err)
	}
	if files, err := filepath.Glob(filepath.Join(cache, "durations", "*")); len(files) != 1 || err != nil {
		t.Errorf("it left %v, %v", files, err)
	}
	if err := os.WriteFile(durationsOf(cache, "b").path, []byte(`[{"version":"2.3.5","topology":"mode-2","minutes":1}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	if took, err := durationsOf(cache, "b").read(); err == nil {
		t.Errorf("an unknown key was read as %v", took)
	}
}
