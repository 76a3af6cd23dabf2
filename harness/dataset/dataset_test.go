package dataset

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// A comparison of searches means something only where the nearest rows are not
// nearly equally near: a release may add up a distance in another order.
func TestNearestRowsAreClear(t *testing.T) {
	for _, c := range Standard {
		all := c.rows()
		for i, v := range all.vectors {
			var near []float64
			for _, w := range all.vectors {
				d := 0.0
				for j := range v {
					d += float64(v[j]-w[j]) * float64(v[j]-w[j])
				}
				near = append(near, d)
			}
			slices.Sort(near)
			for k := range hits {
				if near[k+1]-near[k] <= 2*tolerance*near[k+1] {
					t.Errorf("%s/%d: hits %d and %d are as near: %g, %g", c.Name, all.ids[i], k, k+1, near[k], near[k+1])
				}
			}
		}
	}
}

func TestDataAreTheSameInEveryRun(t *testing.T) {
	if a, b := Standard.Written(), Standard.Written(); !maps.Equal(a.Rows, b.Rows) || len(a.Rows) != Standard.Rows() {
		t.Errorf("%d rows, and then %d others, of %d", len(a.Rows), len(b.Rows), Standard.Rows())
	}
}

func TestDifferencesAreTold(t *testing.T) {
	before := Reading{Rows: map[string]string{"c/1": "a", "c/2": "b"}, Hits: map[string][]Hit{"c/1": {{1, 0}, {2, 10}}}}
	tests := []struct {
		name  string
		after Reading
		says  []string
	}{
		{"nothing", before, nil},
		{"a row is gone", Reading{Rows: map[string]string{"c/1": "a"}, Hits: before.Hits}, []string{"c/2 is gone"}},
		{"a value", Reading{Rows: map[string]string{"c/1": "a", "c/2": "x"}, Hits: before.Hits}, []string{"c/2 was b and is x"}},
		{"a row too many", Reading{Rows: map[string]string{"c/1": "a", "c/2": "b", "c/3": ""}, Hits: before.Hits}, []string{"c/3 was not there before"}},
		{"another hit", Reading{Rows: before.Rows, Hits: map[string][]Hit{"c/1": {{1, 0}, {3, 10}}}}, []string{"a search for c/1 found rows 1 (0) 2 (10) and finds rows 1 (0) 3 (10)"}},
		{"another distance", Reading{Rows: before.Rows, Hits: map[string][]Hit{"c/1": {{1, 0}, {2, 11}}}}, []string{"rows 1 (0) 2 (11)"}},
		{"a rounded distance", Reading{Rows: before.Rows, Hits: map[string][]Hit{"c/1": {{1, 0}, {2, 10.00001}}}}, nil},
		{"no hit", Reading{Rows: before.Rows, Hits: map[string][]Hit{}}, []string{"finds nothing"}},
	}
	for _, tt := range tests {
		var said []string
		differ := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
		tt.after.RowsSince(before, differ)
		tt.after.HitsSince(before, differ)
		if len(said) != len(tt.says) {
			t.Errorf("%s: said %q", tt.name, said)
			continue
		}
		for i, want := range tt.says {
			if !strings.Contains(said[i], want) {
				t.Errorf("%s: said %q, want %q", tt.name, said[i], want)
			}
		}
	}
}
