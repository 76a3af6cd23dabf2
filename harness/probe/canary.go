package probe

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/milvus-io/milvus/client/v2/entity"
	"github.com/milvus-io/milvus/client/v2/milvusclient"

	"milvus-tls-e2e/harness"
)

// canaryPath brings a name into the server in every way in which a user's data
// comes in: as the name of a collection, and as the primary key of its one row.
// A flush writes the row's statistics, which hold that key as text, to the
// object store.
//
// Only a flush asks for the insert to work: a name has crossed the hops between
// components once the collection is created.
func canaryPath(ctx context.Context, c *milvusclient.Client, name string, ask harness.Request, bound time.Duration) error {
	const length = 128
	schema := entity.NewSchema().WithName(name).
		WithField(entity.NewField().WithName("name").WithDataType(entity.FieldTypeVarChar).WithMaxLength(length).WithIsPrimaryKey(true)).
		WithField(entity.NewField().WithName("vector").WithDataType(entity.FieldTypeFloatVector).WithDim(dataDim))
	return withCollection(ctx, c, schema, bound, func() error {
		if _, err := c.DescribeCollection(ctx, milvusclient.NewDescribeCollectionOption(name)); err != nil {
			return fmt.Errorf("describe collection: %w", err)
		}
		inserting, cancel := context.WithTimeout(ctx, bound/3)
		defer cancel()
		_, inserted := c.Insert(inserting, milvusclient.NewColumnBasedInsertOption(name).
			WithVarcharColumn("name", []string{name}).WithFloatVectorColumn("vector", dataDim, [][]float32{make([]float32, dataDim)}))
		if ask != harness.RequestStored {
			return nil
		}
		if inserted != nil {
			return fmt.Errorf("insert: %w", inserted)
		}
		return flush(ctx, c, name)
	})
}

func flush(ctx context.Context, c *milvusclient.Client, name string) error {
	flushing, err := c.Flush(ctx, milvusclient.NewFlushOption(name))
	if err != nil {
		return fmt.Errorf("flush: %w", err)
	}
	if err := flushing.Await(ctx); err != nil {
		return fmt.Errorf("await flush: %w", err)
	}
	return nil
}

// canaryV1 brings a name in over REST v1, and canaryV2 over v2: as the name of a
// collection, and as a field of its row. With a schema of its own v2 makes a
// collection and nothing more; without one it would index and load it, which a
// server without a vector engine may not survive.
func canaryV1(name string) []call {
	named := `{"collectionName":"` + name + `"`
	return []call{
		{method: http.MethodPost, path: "/v1/vector/collections/create", body: named + newCollection},
		{method: http.MethodPost, path: "/v1/vector/insert", body: named + `,"data":[{"vector":[0.1,0.2],"name":"` + name + `"}]}`},
		{method: http.MethodPost, path: "/v1/vector/collections/drop", body: named + `}`},
	}
}

func canaryV2(name string) []call {
	named := `{"collectionName":"` + name + `"`
	const root = "/v2/vectordb/"
	return []call{
		{method: http.MethodPost, path: root + "collections/create", body: named + bareCollection},
		{method: http.MethodPost, path: root + "entities/insert", body: named + `,"data":[{"id":1,"vector":[0.1,0.2],"name":"` + name + `"}]}`},
		{method: http.MethodPost, path: root + "collections/drop", body: named + `}`},
	}
}

const bareCollection = `,"schema":{"fields":[{"fieldName":"id","dataType":"Int64","isPrimary":true},` +
	`{"fieldName":"name","dataType":"VarChar","elementTypeParams":{"max_length":"128"}},` +
	`{"fieldName":"vector","dataType":"FloatVector","elementTypeParams":{"dim":"2"}}]}}`
