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
	rows := 0
	for _, c := range Standard {
		rows += c.Rows
	}
	if a, b := Standard.Written(), Standard.Written(); !maps.Equal(a.Rows, b.Rows) || len(a.Rows) != rows {
		t.Errorf("%d rows, and then %d others, of %d", len(a.Rows), len(b.Rows), rows)
	}
}

func TestDifferencesAreTold(t *testing.T) {
	before := Reading{Schemas: map[string]string{"c": "id VarChar"}, Rows: map[string]string{"c/1": "a", "c/2": "b"}, Hits: map[string][]Hit{"c/1": {{1, 0}, {2, 10}}}}
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
		{"no row read", Reading{Schemas: before.Schemas}, nil},
		{"a collection is gone", Reading{Schemas: map[string]string{}}, []string{"the collection c is gone"}},
		{"another field", Reading{Schemas: map[string]string{"c": "id Int64"}}, []string{"had the fields id VarChar and has id Int64"}},
		{"no hit", Reading{Schemas: before.Schemas, Rows: before.Rows, Hits: map[string][]Hit{}}, []string{"finds nothing"}},
	}
	for _, tt := range tests {
		var said []string
		differ := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
		if tt.after.Schemas == nil {
			tt.after.Schemas = before.Schemas
		}
		if n := tt.after.Since(before, differ); n != 1+len(before.Rows)*min(1, len(tt.after.Rows))+len(before.Hits)*min(1, len(tt.after.Rows)) {
			t.Errorf("%s: compared %d", tt.name, n)
		}
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

// Two readings are one as far as both read the same kinds of things.
func TestReadingsOfTwoSets(t *testing.T) {
	a := Reading{Schemas: map[string]string{"a": "x"}, Rows: map[string]string{"a/1": "x"}, Hits: map[string][]Hit{}}
	b := Reading{Schemas: map[string]string{"b": "y"}, Rows: map[string]string{"b/1": "y"}, Hits: map[string][]Hit{}}
	if got := a.And(b); len(got.Schemas) != 2 || len(got.Rows) != 2 || got.Hits == nil || len(a.Rows) != 1 {
		t.Errorf("%+v", got)
	}
	if got := a.And(Reading{Schemas: b.Schemas}); len(got.Schemas) != 2 || got.Rows != nil || got.Hits != nil {
		t.Errorf("with one that read no row: %+v", got)
	}
}
