package standin

import (
	"context"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/milvuspb"
	"github.com/milvus-io/milvus-proto/go-api/v2/schemapb"
)

func (a *api) ShowCollections(context.Context, *milvuspb.ShowCollectionsRequest) (*milvuspb.ShowCollectionsResponse, error) {
	r := &milvuspb.ShowCollectionsResponse{Status: said(nil)}
	for _, name := range a.store.names() {
		_ = a.store.with(name, func(c *collection) error { // not found: it was dropped meanwhile
			r.CollectionNames = append(r.CollectionNames, name)
			r.CollectionIds = append(r.CollectionIds, c.id)
			r.CreatedTimestamps = append(r.CreatedTimestamps, 1)
			r.CreatedUtcTimestamps = append(r.CreatedUtcTimestamps, 1)
			return nil
		})
	}
	return r, nil
}

func (a *api) HasCollection(_ context.Context, q *milvuspb.HasCollectionRequest) (*milvuspb.BoolResponse, error) {
	err := a.store.with(q.GetCollectionName(), func(*collection) error { return nil })
	return &milvuspb.BoolResponse{Status: said(nil), Value: err == nil}, nil
}

func (a *api) CreateCollection(ctx context.Context, q *milvuspb.CreateCollectionRequest) (*commonpb.Status, error) {
	schema := &schemapb.CollectionSchema{}
	if err := proto.Unmarshal(q.GetSchema(), schema); err != nil {
		return said(invalid("read schema: %v", err)), nil
	}
	schema.Name = q.GetCollectionName()
	err := a.create(ctx, schema)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return said(err), nil
}

func (a *api) DescribeCollection(_ context.Context, q *milvuspb.DescribeCollectionRequest) (*milvuspb.DescribeCollectionResponse, error) {
	r := &milvuspb.DescribeCollectionResponse{}
	err := a.store.with(q.GetCollectionName(), func(c *collection) error {
		r.CollectionID, r.CollectionName = c.id, c.schema.GetName()
		r.Schema = proto.CloneOf(c.schema)
		r.ShardsNum, r.NumPartitions = 1, 1
		return nil
	})
	r.Status = said(err)
	return r, nil
}

func (a *api) DropCollection(_ context.Context, q *milvuspb.DropCollectionRequest) (*commonpb.Status, error) {
	a.store.drop(q.GetCollectionName())
	return said(nil), nil
}

func (a *api) GetCollectionStatistics(_ context.Context, q *milvuspb.GetCollectionStatisticsRequest) (*milvuspb.GetCollectionStatisticsResponse, error) {
	r := &milvuspb.GetCollectionStatisticsResponse{}
	err := a.store.with(q.GetCollectionName(), func(c *collection) error {
		r.Stats = []*commonpb.KeyValuePair{{Key: "row_count", Value: strconv.Itoa(len(c.rows))}}
		return nil
	})
	r.Status = said(err)
	return r, nil
}

func (a *api) CreateIndex(_ context.Context, q *milvuspb.CreateIndexRequest) (*commonpb.Status, error) {
	return said(a.store.with(q.GetCollectionName(), func(c *collection) error {
		if c.field(q.GetFieldName()) == nil {
			return invalid("there is no field %s", q.GetFieldName())
		}
		made := index{name: q.GetIndexName(), field: q.GetFieldName(), params: q.GetExtraParams()}
		if made.name == "" {
			made.name = made.field
		}
		c.indexes = append(c.indexes, made)
		return nil
	})), nil
}

func (a *api) DescribeIndex(_ context.Context, q *milvuspb.DescribeIndexRequest) (*milvuspb.DescribeIndexResponse, error) {
	r := &milvuspb.DescribeIndexResponse{}
	err := a.store.with(q.GetCollectionName(), func(c *collection) error {
		for _, i := range c.indexes {
			if q.GetIndexName() != "" && q.GetIndexName() != i.name || q.GetFieldName() != "" && q.GetFieldName() != i.field {
				continue
			}
			r.IndexDescriptions = append(r.IndexDescriptions, &milvuspb.IndexDescription{
				IndexName: i.name, FieldName: i.field, Params: i.params, State: a.indexed(c),
				TotalRows: int64(len(c.rows)), IndexedRows: int64(len(c.rows)),
			})
		}
		if len(r.IndexDescriptions) == 0 {
			return noIndex(q.GetCollectionName())
		}
		return nil
	})
	r.Status = said(err)
	return r, nil
}

// indexed is the state of a collection's indexes. A stub never finishes one of
// flushed rows (seen on a 2.6.20).
func (a *api) indexed(c *collection) commonpb.IndexState {
	if a.blunt && c.flushed {
		return commonpb.IndexState_InProgress
	}
	return commonpb.IndexState_Finished
}

func (a *api) LoadCollection(_ context.Context, q *milvuspb.LoadCollectionRequest) (*commonpb.Status, error) {
	return said(a.store.load(q.GetCollectionName())), nil
}

func (a *api) ReleaseCollection(_ context.Context, q *milvuspb.ReleaseCollectionRequest) (*commonpb.Status, error) {
	return said(a.store.with(q.GetCollectionName(), func(c *collection) error {
		c.loaded = false
		return nil
	})), nil
}

func (a *api) GetLoadingProgress(_ context.Context, q *milvuspb.GetLoadingProgressRequest) (*milvuspb.GetLoadingProgressResponse, error) {
	r := &milvuspb.GetLoadingProgressResponse{}
	err := a.store.with(q.GetCollectionName(), func(c *collection) error {
		if !c.loaded {
			return notLoaded(q.GetCollectionName())
		}
		r.Progress, r.RefreshProgress = 100, 100
		return nil
	})
	r.Status = said(err)
	return r, nil
}

func (a *api) GetLoadState(_ context.Context, q *milvuspb.GetLoadStateRequest) (*milvuspb.GetLoadStateResponse, error) {
	r := &milvuspb.GetLoadStateResponse{Status: said(nil), State: commonpb.LoadState_LoadStateNotExist}
	_ = a.store.with(q.GetCollectionName(), func(c *collection) error { // not found is a state
		r.State = commonpb.LoadState_LoadStateNotLoad
		if c.loaded {
			r.State = commonpb.LoadState_LoadStateLoaded
		}
		return nil
	})
	return r, nil
}
