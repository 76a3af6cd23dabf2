package dataset

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/milvus-io/milvus/client/v2/entity"
	"github.com/milvus-io/milvus/client/v2/milvusclient"
	"golang.org/x/sync/errgroup"
)

// A Reading is all that was read back.
type Reading struct {
	Schemas map[string]string // by collection: its fields, as text
	Rows    map[string]string // "collection/id": the row's values as text; nil where no row was read
	Hits    map[string][]Hit  // "collection/id": what a search for the row's vector found; nil where nothing was searched for
}

// A Hit is a row that a search found.
type Hit struct {
	ID       int64
	Distance float32
}

const hits = 5

// Written returns the rows as they were written.
func (s Set) Written() Reading {
	r := Reading{Rows: map[string]string{}}
	for _, c := range s {
		all := c.rows()
		for i, id := range all.ids {
			r.Rows[place(c, id)] = valued(all.numbers[i], all.names[i])
		}
	}
	return r
}

func place(c Collection, id int64) string { return fmt.Sprintf("%s/%d", c.Name, id) }

func valued(number int64, name string) string { return fmt.Sprintf("%d, %q", number, name) }

// Describe reads every collection's schema, and no row.
func (s Set) Describe(ctx context.Context, client *milvusclient.Client) (Reading, error) {
	there, err := client.ListCollections(ctx, milvusclient.NewListCollectionOption())
	if err != nil {
		return Reading{}, fmt.Errorf("list collections: %w", err)
	}
	r := Reading{Schemas: map[string]string{}}
	for _, c := range s {
		if !slices.Contains(there, c.Name) {
			continue
		}
		d, err := client.DescribeCollection(ctx, milvusclient.NewDescribeCollectionOption(c.Name))
		if err != nil {
			return Reading{}, fmt.Errorf("describe %s: %w", c.Name, err)
		}
		r.Schemas[c.Name] = fielded(d.Schema)
	}
	return r, nil
}

// fielded returns a schema as text, as far as every release gives it.
func fielded(s *entity.Schema) string {
	var all []string
	for _, f := range s.Fields {
		text := f.Name + " " + f.DataType.Name()
		if f.PrimaryKey {
			text += " primary key"
		}
		for _, param := range []string{"dim", "max_length"} {
			if value := f.TypeParams[param]; value != "" {
				text += " " + param + " " + value
			}
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

// Read reads every collection's schema and every row by its primary key, and
// searches for every row.
func (s Set) Read(ctx context.Context, client *milvusclient.Client) (Reading, error) {
	r, err := s.Describe(ctx, client)
	if err != nil {
		return Reading{}, err
	}
	r.Rows, r.Hits = map[string]string{}, map[string][]Hit{}
	var mu sync.Mutex
	work, ctx := errgroup.WithContext(ctx)
	for _, c := range s {
		work.Go(func() error {
			rows, err := c.query(ctx, client)
			if err != nil {
				return fmt.Errorf("read %s: %w", c.Name, err)
			}
			found, err := c.searchAll(ctx, client)
			if err != nil {
				return fmt.Errorf("search %s: %w", c.Name, err)
			}
			mu.Lock()
			defer mu.Unlock()
			for id, row := range rows {
				r.Rows[place(c, id)] = row
			}
			for id, hits := range found {
				r.Hits[place(c, id)] = hits
			}
			return nil
		})
	}
	return r, work.Wait()
}

// Search searches every collection once: it fails as long as one is not loaded.
func (s Set) Search(ctx context.Context, client *milvusclient.Client) error {
	for _, c := range s {
		if err := c.Search(ctx, client); err != nil {
			return err
		}
	}
	return nil
}

// Search searches for the collection's first row.
func (c Collection) Search(ctx context.Context, client *milvusclient.Client) error {
	_, err := c.search(ctx, client, c.rows().vectors[:1])
	return err
}

func (c Collection) query(ctx context.Context, client *milvusclient.Client) (map[int64]string, error) {
	set, err := client.Query(ctx, milvusclient.NewQueryOption(c.Name).WithFilter(key+" >= 0").
		WithOutputFields(key, number, name).WithConsistencyLevel(entity.ClStrong))
	if err != nil {
		return nil, err
	}
	rows := map[int64]string{}
	for i := range set.ResultCount {
		id, err := set.GetColumn(key).GetAsInt64(i)
		if err != nil {
			return nil, err
		}
		n, err := set.GetColumn(number).GetAsInt64(i)
		if err != nil {
			return nil, err
		}
		text, err := set.GetColumn(name).GetAsString(i)
		if err != nil {
			return nil, err
		}
		if _, twice := rows[id]; twice {
			text += " (twice)"
		}
		rows[id] = valued(n, text)
	}
	return rows, nil
}

func (c Collection) searchAll(ctx context.Context, client *milvusclient.Client) (map[int64][]Hit, error) {
	all := c.rows()
	sets, err := c.search(ctx, client, all.vectors)
	if err != nil {
		return nil, err
	}
	if len(sets) != len(all.ids) {
		return nil, fmt.Errorf("asked for %d vectors, answered for %d", len(all.ids), len(sets))
	}
	found := map[int64][]Hit{}
	for i, set := range sets {
		for j := range set.ResultCount {
			id, err := set.IDs.GetAsInt64(j)
			if err != nil {
				return nil, err
			}
			found[all.ids[i]] = append(found[all.ids[i]], Hit{ID: id, Distance: set.Scores[j]})
		}
	}
	return found, nil
}

func (c Collection) search(ctx context.Context, client *milvusclient.Client, vectors [][]float32) ([]milvusclient.ResultSet, error) {
	asked := make([]entity.Vector, len(vectors))
	for i, v := range vectors {
		asked[i] = entity.FloatVector(v)
	}
	return client.Search(ctx, milvusclient.NewSearchOption(c.Name, hits, asked).WithANNSField(vector).
		WithAnnParam(c.nearness()).WithConsistencyLevel(entity.ClStrong))
}

// tolerance is by how much, of itself, a distance may differ between releases:
// they add up a float's products in another order.
const tolerance = 1e-5

// And returns both readings as one, of sets that have no collection in common. Rows
// that one of them did not read are not in it.
func (r Reading) And(more Reading) Reading {
	return Reading{Schemas: both(r.Schemas, more.Schemas), Rows: both(r.Rows, more.Rows), Hits: both(r.Hits, more.Hits)}
}

func both[V any](a, b map[string]V) map[string]V {
	if a == nil || b == nil {
		return nil
	}
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// Since reports every difference from an earlier reading, as far as both have read it, and
// returns how much was compared.
func (r Reading) Since(before Reading, differ func(format string, args ...any)) (compared int) {
	r.SchemasSince(before, differ)
	compared = len(before.Schemas)
	if r.Rows != nil && before.Rows != nil {
		r.RowsSince(before, differ)
		compared += len(before.Rows)
	}
	if r.Hits != nil && before.Hits != nil {
		r.HitsSince(before, differ)
		compared += len(before.Hits)
	}
	return compared
}

// SchemasSince reports each collection that is gone or has other fields.
func (r Reading) SchemasSince(before Reading, differ func(format string, args ...any)) {
	for _, name := range sorted(before.Schemas) {
		switch is, still := r.Schemas[name]; {
		case !still:
			differ("the collection %s is gone", name)
		case is != before.Schemas[name]:
			differ("the collection %s had the fields %s and has %s", name, before.Schemas[name], is)
		}
	}
}

// RowsSince reports each row that changed since an earlier reading.
func (r Reading) RowsSince(before Reading, differ func(format string, args ...any)) {
	for _, at := range sorted(before.Rows, r.Rows) {
		was, there := before.Rows[at]
		is, still := r.Rows[at]
		switch {
		case !still:
			differ("%s is gone", at)
		case !there:
			differ("%s was not there before", at)
		case was != is:
			differ("%s was %s and is %s", at, was, is)
		}
	}
}

// HitsSince reports each search whose hits changed.
func (r Reading) HitsSince(before Reading, differ func(format string, args ...any)) {
	for _, at := range sorted(before.Hits, r.Hits) {
		if was, is := before.Hits[at], r.Hits[at]; !slices.EqualFunc(was, is, same) {
			differ("a search for %s found %s and finds %s", at, told(was), told(is))
		}
	}
}

func same(a, b Hit) bool {
	return a.ID == b.ID && math.Abs(float64(a.Distance-b.Distance)) <= tolerance*math.Abs(float64(a.Distance))
}

func told(hits []Hit) string {
	text := "rows"
	for _, h := range hits {
		text += fmt.Sprintf(" %d (%.4g)", h.ID, h.Distance)
	}
	if len(hits) == 0 {
		return "nothing"
	}
	return text
}

func sorted[V any](maps ...map[string]V) []string {
	var keys []string
	for _, m := range maps {
		for k := range m {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
