// Package dataset writes data whose every value is known beforehand into a
// Milvus, and reads all of it back: by primary key, and by search. It is for
// asking whether something that happened to a server left its data as it was.
package dataset

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/milvus-io/milvus/client/v2/entity"
	"github.com/milvus-io/milvus/client/v2/index"
	"github.com/milvus-io/milvus/client/v2/milvusclient"
	"golang.org/x/sync/errgroup"
)

// A Collection is one of the set's.
type Collection struct {
	Name    string
	Rows    int
	Flushed bool // its rows are in the object store; otherwise in the log alone
	// Made anew for each call: client/v2 writes into them (seen in v2.6.2).
	index    func() index.Index
	nearness func() index.AnnParam
}

const dim = 8

// A Set is collections that are written and read back together.
type Set []Collection

// Standard is the data written into a real server: an indexed segment (by 2.2's and 2.3's
// defaults, segments of fewer than 1,024 rows are not indexed), a flushed one too small for an
// index, and rows that were acknowledged and never flushed. The metric is L2, since 2.2 has no
// COSINE; IVF searches every list, so that its results are exact.
var Standard = sized(1500, 200)

// Small is the same with fewer rows, for servers that have no index to build.
var Small = sized(60, 30)

func sized(indexed, others int) Set {
	ivf := func() index.Index { return index.NewIvfFlatIndex(entity.L2, lists) }
	everyList := func() index.AnnParam { return index.NewIvfAnnParam(lists) }
	flat := func() index.Index { return index.NewFlatIndex(entity.L2) }
	plain := func() index.AnnParam { return index.NewCustomAnnParam() }
	hnsw := func() index.Index { return index.NewHNSWIndex(entity.L2, 8, 64) }
	wide := func() index.AnnParam { return index.NewHNSWAnnParam(64) }
	return Set{
		{Name: "kept_indexed", Rows: indexed, Flushed: true, index: ivf, nearness: everyList},
		{Name: "kept_flushed", Rows: others, Flushed: true, index: flat, nearness: plain},
		{Name: "kept_growing", Rows: others, index: hnsw, nearness: wide},
	}
}

// Late is what a release writes that took over, into a collection of its own.
func (s Set) Late() Set {
	late := s[1]
	late.Name = "kept_late"
	return Set{late}
}

const lists = 4

// The fields of every collection.
const (
	key    = "id"
	number = "number"
	name   = "name"
	vector = "vector"
)

// rows are a collection's rows, the same in every run.
type rows struct {
	ids, numbers []int64
	names        []string
	vectors      [][]float32
}

func (c Collection) rows() rows {
	// A seed with which no two rows are nearly equally near to a third.
	random := rand.New(rand.NewPCG(uint64(c.Rows)+1, uint64(len(c.Name))))
	var all rows
	for i := range c.Rows {
		all.ids = append(all.ids, int64(i+1))
		all.numbers = append(all.numbers, random.Int64())
		all.names = append(all.names, fmt.Sprintf("row %d of %s", i+1, c.Name))
		v := make([]float32, dim)
		for j := range v {
			v[j] = float32(random.IntN(2000)-1000) / 64 // exact in a float32
		}
		all.vectors = append(all.vectors, v)
	}
	return all
}

// Vector returns the vector of a collection's first row, as JSON.
func (c Collection) Vector() string {
	text := "["
	for i, x := range c.rows().vectors[0] {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprint(x)
	}
	return text + "]"
}

// Write makes every collection, fills and indexes it, and loads it.
func (s Set) Write(ctx context.Context, client *milvusclient.Client) error {
	work, ctx := errgroup.WithContext(ctx)
	for _, c := range s {
		work.Go(func() error {
			if err := c.write(ctx, client); err != nil {
				return fmt.Errorf("write %s: %w", c.Name, err)
			}
			return nil
		})
	}
	return work.Wait()
}

// Make makes every collection and leaves it empty, for servers that can do no
// more.
func (s Set) Make(ctx context.Context, client *milvusclient.Client) error {
	for _, c := range s {
		if err := c.make(ctx, client); err != nil {
			return fmt.Errorf("make %s: %w", c.Name, err)
		}
	}
	return nil
}

// Drop drops every collection of the set that is there.
func (s Set) Drop(ctx context.Context, client *milvusclient.Client) error {
	var all error
	for _, c := range s {
		if err := client.DropCollection(ctx, milvusclient.NewDropCollectionOption(c.Name)); err != nil {
			all = errors.Join(all, fmt.Errorf("drop %s: %w", c.Name, err))
		}
	}
	return all
}

func (c Collection) make(ctx context.Context, client *milvusclient.Client) error {
	schema := entity.NewSchema().WithName(c.Name).
		WithField(entity.NewField().WithName(key).WithDataType(entity.FieldTypeInt64).WithIsPrimaryKey(true)).
		WithField(entity.NewField().WithName(number).WithDataType(entity.FieldTypeInt64)).
		WithField(entity.NewField().WithName(name).WithDataType(entity.FieldTypeVarChar).WithMaxLength(64)).
		WithField(entity.NewField().WithName(vector).WithDataType(entity.FieldTypeFloatVector).WithDim(dim))
	if err := client.CreateCollection(ctx, milvusclient.NewCreateCollectionOption(c.Name, schema)); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	return nil
}

func (c Collection) write(ctx context.Context, client *milvusclient.Client) error {
	if err := c.make(ctx, client); err != nil {
		return err
	}
	all := c.rows()
	if _, err := client.Insert(ctx, milvusclient.NewColumnBasedInsertOption(c.Name).WithInt64Column(key, all.ids).
		WithInt64Column(number, all.numbers).WithVarcharColumn(name, all.names).
		WithFloatVectorColumn(vector, dim, all.vectors)); err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	if c.Flushed {
		flushing, err := client.Flush(ctx, milvusclient.NewFlushOption(c.Name))
		if err != nil {
			return fmt.Errorf("flush: %w", err)
		}
		if err := flushing.Await(ctx); err != nil {
			return fmt.Errorf("await flush: %w", err)
		}
	}
	return errors.Join(c.indexed(ctx, client), c.loaded(ctx, client))
}

// Try makes a small collection of another name that can be searched, and drops
// it: it reports whether a server takes new ones.
func (s Set) Try(ctx context.Context, client *milvusclient.Client, name string) error {
	return s[len(s)-1].try(ctx, client, name)
}

// TryFlat does the same with rows of which no index is built, so that a server
// which could not build one comes to the search.
func (s Set) TryFlat(ctx context.Context, client *milvusclient.Client, name string) error {
	flat := s[1]
	flat.Flushed = false
	return flat.try(ctx, client, name)
}

func (c Collection) try(ctx context.Context, client *milvusclient.Client, name string) error {
	trial := c
	trial.Name, trial.Rows = name, 10
	err := trial.write(ctx, client)
	if err == nil {
		err = trial.Search(ctx, client)
	}
	drop := client.DropCollection(ctx, milvusclient.NewDropCollectionOption(name))
	return errors.Join(err, drop)
}

func (c Collection) indexed(ctx context.Context, client *milvusclient.Client) error {
	indexing, err := client.CreateIndex(ctx, milvusclient.NewCreateIndexOption(c.Name, vector, c.index()))
	if err != nil {
		return fmt.Errorf("create index: %w", err)
	}
	if err := indexing.Await(ctx); err != nil {
		return fmt.Errorf("await index: %w", err)
	}
	return nil
}

func (c Collection) loaded(ctx context.Context, client *milvusclient.Client) error {
	loading, err := client.LoadCollection(ctx, milvusclient.NewLoadCollectionOption(c.Name))
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	if err := loading.Await(ctx); err != nil {
		return fmt.Errorf("await load: %w", err)
	}
	return nil
}
