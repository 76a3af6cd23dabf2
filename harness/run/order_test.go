package run

import (
	"slices"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/plan"
)

// What took longest the last time goes first, whatever else is known of it.
func TestWhatTookLongestGoesFirst(t *testing.T) {
	few, many, slow := harness.Cell{Version: "2.3.5", Topology: "mode-0"}, harness.Cell{Version: "2.3.5", Topology: "mode-2"}, harness.Cell{Version: "2.6.0", Topology: "mode-1"}
	left := map[harness.Cell]int{few: 3, many: 200, slow: 3}
	for name, tt := range map[string]struct {
		took map[harness.Cell]float64
		want []harness.Cell
	}{
		"nothing is known":         {nil, []harness.Cell{slow, many, few}},
		"the small one took long":  {map[harness.Cell]float64{few: 9, many: 8, slow: 1}, []harness.Cell{few, many, slow}},
		"as it would be guessed":   {map[harness.Cell]float64{few: 1, many: 8, slow: 9}, []harness.Cell{slow, many, few}},
		"one was never timed":      {map[harness.Cell]float64{few: 1, many: 8}, []harness.Cell{many, few, slow}},
		"the last run saw another": {map[harness.Cell]float64{{Version: "2.2.16", Topology: "mode-0"}: 7}, []harness.Cell{slow, many, few}},
	} {
		s := &Scheduler{Config: Config{Took: tt.took, Plan: plan.Plan{Inputs: plan.Inputs{Servers: []harness.Server{{Version: "2.3.5"}, {Version: "2.6.0", Boots: 20}}}}}}
		cells := []harness.Cell{few, slow, many}
		if s.longestFirst(cells, left); !slices.Equal(cells, tt.want) {
			t.Errorf("%s: %v, want %v", name, cells, tt.want)
		}
	}
}
