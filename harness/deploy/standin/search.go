package standin

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/milvus-io/milvus-proto/go-api/v2/schemapb"
)

// A hit is a row that a search found.
type hit struct {
	row      row
	id       int64
	distance float32 // square of the Euclidean distance, as Milvus's L2 gives it
}

// A question is what a search asks.
type question struct {
	field  string // empty for the only vector field
	vector []float32
	filter string
	limit  int

	farthest bool // a fault: the farthest rows come first
}

// search returns the nearest rows, nearest first, by L2 whatever the index: the harness searches
// for a row by its own vector.
func (c *collection) search(q question) ([]hit, error) {
	if !c.loaded {
		return nil, notLoaded(c.schema.GetName())
	}
	field, err := c.vector(q.field)
	if err != nil {
		return nil, err
	}
	if len(q.vector) != dimension(field) {
		return nil, invalid("vector dimension mismatch, expected vector size(byte) %d, actual %d", 4*dimension(field), 4*len(q.vector))
	}
	rows, err := c.filter(q.filter)
	if err != nil {
		return nil, err
	}
	hits := make([]hit, 0, len(rows))
	for _, r := range rows {
		h := hit{row: r, id: r[c.key().GetName()].(int64)}
		for i, x := range r[field.GetName()].([]float32) {
			h.distance += (x - q.vector[i]) * (x - q.vector[i])
		}
		hits = append(hits, h)
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.distance, b.distance) })
	if q.farthest {
		slices.Reverse(hits)
	}
	if q.limit > 0 {
		hits = hits[:min(len(hits), q.limit)]
	}
	return hits, nil
}

var condition = regexp.MustCompile(`^\s*(\w+)\s*(in|==|>=|>)\s*(\[.*\]|-?\d+)\s*$`)

// filter returns the rows that match an expression: none, or one condition on a numeric primary
// key with in, ==, >= or >.
func (c *collection) filter(expr string) ([]row, error) {
	if c.key().GetDataType() != schemapb.DataType_Int64 {
		return nil, invalid("the stand-in filters and searches by Int64 keys alone")
	}
	if strings.TrimSpace(expr) == "" {
		return c.rows, nil
	}
	m := condition.FindStringSubmatch(expr)
	if m == nil || m[1] != c.key().GetName() || (m[2] == "in") != strings.HasPrefix(m[3], "[") {
		return nil, invalid("the stand-in does not understand the filter %q", expr)
	}
	operand := m[3]
	if m[2] != "in" {
		operand = "[" + operand + "]"
	}
	var want []int64
	if err := json.Unmarshal([]byte(operand), &want); err != nil {
		return nil, invalid("read filter %q: %v", expr, err)
	}
	var kept []row
	for _, r := range c.rows {
		id, keep := r[m[1]].(int64), false
		switch m[2] {
		case "in", "==":
			keep = slices.Contains(want, id)
		case ">=":
			keep = id >= want[0]
		case ">":
			keep = id > want[0]
		}
		if keep {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

// outputs expands the requested output fields, and reports whether dynamic ones are among them.
func (c *collection) outputs(names []string) (fields []*schemapb.FieldSchema, dynamic bool, err error) {
	for _, name := range names {
		field := c.field(name)
		switch {
		case name == "*":
			return c.schema.GetFields(), c.schema.GetEnableDynamicField(), nil
		case field != nil:
			fields = append(fields, field)
		case c.schema.GetEnableDynamicField():
			dynamic = true
		default:
			return nil, false, invalid("there is no field %s", name)
		}
	}
	return fields, dynamic, nil
}
