package probe

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/milvus-io/milvus/client/v2/entity"
	"github.com/milvus-io/milvus/client/v2/index"
	"github.com/milvus-io/milvus/client/v2/milvusclient"
)

const (
	dataRows = 16
	dataDim  = 4
)

// numbered is a collection of vectors whose keys are numbers. Its index uses L2, since 2.2 has
// no COSINE metric.
func numbered(name string) *entity.Schema {
	return entity.NewSchema().WithName(name).
		WithField(entity.NewField().WithName("id").WithDataType(entity.FieldTypeInt64).WithIsPrimaryKey(true)).
		WithField(entity.NewField().WithName("vector").WithDataType(entity.FieldTypeFloatVector).WithDim(dataDim))
}

// cleanUp is how long a collection may take to be dropped.
const cleanUp = 15 * time.Second

// withCollection creates a collection, and drops it again when the use of it is
// over. The clean-up has a bound of its own, since the attempt's may be over: the
// same, or a shorter one where that is long.
func withCollection(ctx context.Context, c *milvusclient.Client, schema *entity.Schema, bound time.Duration, use func() error) (err error) {
	name := schema.CollectionName
	if err := c.CreateCollection(ctx, milvusclient.NewCreateCollectionOption(name, schema)); err != nil {
		return fmt.Errorf("create collection: %w", err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), min(bound, cleanUp))
		defer cancel()
		if dropErr := c.DropCollection(ctx, milvusclient.NewDropCollectionOption(name)); dropErr != nil {
			err = errors.Join(err, fmt.Errorf("drop collection: %w", dropErr))
		}
	}()
	return use()
}

func fillAndSearch(ctx context.Context, c *milvusclient.Client, name string) error {
	ids, vectors := dataSet()
	if _, err := c.Insert(ctx, milvusclient.NewColumnBasedInsertOption(name).
		WithInt64Column("id", ids).WithFloatVectorColumn("vector", dataDim, vectors)); err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	indexing, err := c.CreateIndex(ctx, milvusclient.NewCreateIndexOption(name, "vector", index.NewFlatIndex(entity.L2)))
	if err != nil {
		return fmt.Errorf("create index: %w", err)
	}
	if err := indexing.Await(ctx); err != nil {
		return fmt.Errorf("await index: %w", err)
	}
	loading, err := c.LoadCollection(ctx, milvusclient.NewLoadCollectionOption(name))
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	if err := loading.Await(ctx); err != nil {
		return fmt.Errorf("await load: %w", err)
	}
	return searchOwn(ctx, c, name, ids, vectors)
}

func dataSet() (ids []int64, vectors [][]float32) {
	for i := range dataRows {
		ids = append(ids, int64(i+1))
		vectors = append(vectors, []float32{float32(i), float32(i * i), 1, 0})
	}
	return ids, vectors
}

// searchOwn searches for one inserted vector and wants its own row first: an
// acknowledged insert that is not found is lost.
func searchOwn(ctx context.Context, c *milvusclient.Client, name string, ids []int64, vectors [][]float32) error {
	const row = dataRows / 2
	sets, err := c.Search(ctx, milvusclient.NewSearchOption(name, 1, []entity.Vector{entity.FloatVector(vectors[row])}).
		WithANNSField("vector").WithConsistencyLevel(entity.ClStrong))
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	if len(sets) != 1 || sets[0].ResultCount != 1 {
		return fmt.Errorf("search: inserted %d rows and found none of them", len(ids))
	}
	id, err := sets[0].IDs.GetAsInt64(0)
	if err != nil {
		return fmt.Errorf("search: read hit: %w", err)
	}
	if id != ids[row] {
		return fmt.Errorf("search: searched for row %d and found row %d", ids[row], id)
	}
	return nil
}
