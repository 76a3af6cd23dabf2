package standin

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/milvuspb"
	"github.com/milvus-io/milvus-proto/go-api/v2/schemapb"

	"milvus-tls-e2e/harness"
)

func (a *api) Insert(_ context.Context, q *milvuspb.InsertRequest) (*milvuspb.MutationResult, error) {
	ids, err := a.insert(q)
	return &milvuspb.MutationResult{Status: said(err), IDs: inserted(ids), InsertCnt: int64(len(ids))}, nil
}

func (a *api) insert(q *milvuspb.InsertRequest) ([]any, error) {
	given, err := rows(q.GetFieldsData(), int(q.GetNumRows()))
	if err != nil {
		return nil, err
	}
	return a.store.insert(q.GetCollectionName(), given)
}

func inserted(ids []any) *schemapb.IDs {
	var numbers []int64
	var texts []string
	for _, id := range ids {
		switch id := id.(type) {
		case int64:
			numbers = append(numbers, id)
		case string:
			texts = append(texts, id)
		}
	}
	if texts != nil {
		return &schemapb.IDs{IdField: &schemapb.IDs_StrId{StrId: &schemapb.StringArray{Data: texts}}}
	}
	return keys(numbers)
}

func keys(ids []int64) *schemapb.IDs {
	return &schemapb.IDs{IdField: &schemapb.IDs_IntId{IntId: &schemapb.LongArray{Data: ids}}}
}

func (a *api) Flush(_ context.Context, q *milvuspb.FlushRequest) (*milvuspb.FlushResponse, error) {
	r := &milvuspb.FlushResponse{
		Status: said(nil), CollSegIDs: map[string]*schemapb.LongArray{},
		FlushCollSegIDs: map[string]*schemapb.LongArray{}, CollFlushTs: map[string]uint64{},
	}
	for _, name := range q.GetCollectionNames() {
		err := a.store.with(name, func(c *collection) error {
			c.flushed = len(c.rows) > 0
			return nil
		})
		if err := errors.Join(err, a.store.tell(harness.Store, name)); err != nil {
			r.Status = said(err)
		}
		r.CollSegIDs[name] = &schemapb.LongArray{Data: []int64{1}}
		r.FlushCollSegIDs[name] = &schemapb.LongArray{Data: []int64{1}}
		r.CollFlushTs[name] = 1
	}
	return r, nil
}

func (a *api) GetFlushState(context.Context, *milvuspb.GetFlushStateRequest) (*milvuspb.GetFlushStateResponse, error) {
	return &milvuspb.GetFlushStateResponse{Status: said(nil), Flushed: true}, nil
}

func (a *api) Search(_ context.Context, q *milvuspb.SearchRequest) (*milvuspb.SearchResults, error) {
	r := &milvuspb.SearchResults{CollectionName: q.GetCollectionName()}
	data, err := a.search(q)
	r.Status, r.Results = said(err), data
	return r, nil
}

// searches fails where there is no vector engine, as a 2.6.20 without one does,
// which answers everything else.
func (a *api) searches() error {
	if !a.blunt {
		return nil
	}
	const why = "AsyncSearch is not available, this server is built without the vector engine: segcore error[segcoreCode=2001]"
	a.store.log.printf("[WARN] [querynodev2/services.go:785] [\"failed to search segments\"] [scope=Streaming] [error=%q]", why)
	return &apiError{2000, "failed to search: failed to search/query delegator 1 for channel by-dev-rootcoord-dml_0_470824490114745330v0: " +
		"fail to search on QueryNode 1: worker(1) query failed: " + why}
}

func (a *api) search(q *milvuspb.SearchRequest) (*schemapb.SearchResultData, error) {
	if err := a.searches(); err != nil {
		return nil, err
	}
	asked, err := vectors(q.GetPlaceholderGroup())
	if err != nil {
		return nil, err
	}
	limit, err := number(q.GetSearchParams(), "topk")
	if err != nil {
		return nil, err
	}
	data := &schemapb.SearchResultData{NumQueries: int64(len(asked)), TopK: int64(limit), OutputFields: q.GetOutputFields()}
	err = a.store.with(q.GetCollectionName(), func(c *collection) error {
		var found []row
		var ids []int64
		for _, v := range asked {
			hits, err := c.search(question{field: param(q.GetSearchParams(), "anns_field"), vector: v, filter: q.GetDsl(), limit: limit, farthest: a.store.farthest})
			if err != nil {
				return err
			}
			for _, h := range hits {
				found, ids = append(found, h.row), append(ids, h.id)
				data.Scores = append(data.Scores, h.distance)
			}
			data.Topks = append(data.Topks, int64(len(hits)))
		}
		data.Ids, data.PrimaryFieldName = keys(ids), c.key().GetName()
		var err error
		data.FieldsData, err = c.columns(q.GetOutputFields(), found)
		return err
	})
	return data, err
}

const counted = "count(*)"

func (a *api) Query(_ context.Context, q *milvuspb.QueryRequest) (*milvuspb.QueryResults, error) {
	r := &milvuspb.QueryResults{CollectionName: q.GetCollectionName()}
	err := a.store.with(q.GetCollectionName(), func(c *collection) error {
		if err := a.searches(); err != nil {
			return err
		}
		if !c.loaded {
			return notLoaded(q.GetCollectionName())
		}
		found, err := c.filter(q.GetExpr())
		if err != nil {
			return err
		}
		r.PrimaryFieldName = c.key().GetName()
		r.OutputFields = q.GetOutputFields()
		if slices.Contains(r.OutputFields, counted) {
			r.FieldsData = []*schemapb.FieldData{integers(counted, []int64{int64(len(found))})}
			return nil
		}
		limit, err := number(q.GetQueryParams(), "limit")
		if err != nil {
			return err
		}
		if limit > 0 {
			found = found[:min(limit, len(found))]
		}
		if !slices.Contains(r.OutputFields, "*") && !slices.Contains(r.OutputFields, r.PrimaryFieldName) {
			r.OutputFields = append(r.OutputFields, r.PrimaryFieldName)
		}
		r.FieldsData, err = c.columns(r.OutputFields, found)
		return err
	})
	r.Status = said(err)
	return r, nil
}

func param(params []*commonpb.KeyValuePair, key string) string {
	for _, p := range params {
		if p.GetKey() == key {
			return p.GetValue()
		}
	}
	return ""
}

func number(params []*commonpb.KeyValuePair, key string) (int, error) {
	text := param(params, key)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, invalid("%s: %v", key, err)
	}
	return n, nil
}
