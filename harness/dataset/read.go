package dataset

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/milvus-io/milvus/client/v2/entity"
	"github.com/milvus-io/milvus/client/v2/milvusclient"
	"golang.org/x/sync/errgroup"
)

// A Reading is all that was read back.
type Reading struct {
	Rows map[string]string // "collection/id": the row's values as text
	Hits map[string][]Hit  // "collection/id": what a search for the row's vector found
}

// A Hit is a row that a search found.
type Hit struct {
	ID       int64
	Distance float32
}

const hits = 5

// Written gives the rows as they were written.
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

// Read reads every row by its primary key, and searches for every row.
func (s Set) Read(ctx context.Context, client *milvusclient.Client) (Reading, error) {
	r := Reading{Rows: map[string]string{}, Hits: map[string][]Hit{}}
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

// RowsSince tells each row that is not as it was in an earlier reading.
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

// HitsSince tells each search that does not find what it found before.
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
