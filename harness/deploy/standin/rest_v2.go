package standin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/schemapb"
)

var v2 = restVersion{
	bound: named,
	read: func(r *http.Request, into any) error {
		switch err := decode(r, into); {
		case errors.Is(err, io.EOF):
			return noJSON("the request body should be nil, however {} is valid")
		case err != nil:
			return noJSON("error: " + err.Error())
		}
		return lacking(into, missing(into)...)
	},
}

func (a *api) routesV2(mux *http.ServeMux) {
	const root = "/v2/vectordb/"
	list := serve(a, v2, func(context.Context, *databaseReq) (any, error) { return a.store.names(), nil })
	mux.Handle("POST "+root+"collections/list", list)
	if !a.faults[RESTv2PostOnly] {
		mux.Handle("GET "+root+"collections/list", serve(a, restVersion{
			bound: named, read: func(*http.Request, any) error { return nil },
		}, func(context.Context, *databaseReq) (any, error) { return a.store.names(), nil }))
	}
	mux.Handle("POST "+root+"collections/describe", serve(a, v2, func(_ context.Context, q *collectionNameReq) (any, error) {
		return a.describe(q.CollectionName)
	}))
	mux.Handle("POST "+root+"collections/create", serve(a, v2, a.createV2))
	mux.Handle("POST "+root+"collections/drop", serve(a, v2, func(_ context.Context, q *collectionNameReq) (any, error) {
		a.store.drop(q.CollectionName)
		return object{}, nil
	}))
	mux.Handle("POST "+root+"entities/insert", serve(a, v2, func(_ context.Context, q *collectionDataReq) (any, error) {
		return a.insertREST(q.CollectionName, q.Data)
	}))
	mux.Handle("POST "+root+"entities/search", serve(a, v2, a.searchV2))
}

func (a *api) createV2(ctx context.Context, q *collectionReq) (any, error) {
	if len(q.Schema.Fields) > 0 {
		schema, err := q.Schema.of(q.CollectionName)
		if err != nil {
			return nil, err
		}
		return object{}, a.create(ctx, schema)
	}
	if q.Dimension == 0 {
		return nil, expected("collectionName & dimension", "collectionName", "dimension is required for quickly create collection(default metric type: COSINE)")
	}
	how := quick{name: q.CollectionName, dimension: q.Dimension, metric: orElse(q.MetricType, "COSINE"), auto: q.AutoID,
		key: q.PrimaryFieldName, keyType: schemapb.DataType_Int64, vector: q.VectorFieldName}
	switch q.IDType {
	case "", "Int64", "int64":
	case "VarChar", "Varchar":
		how.keyType, how.length = schemapb.DataType_VarChar, fmt.Sprint(q.Params["max_length"])
	default:
		return nil, expected("Int64, Varchar", q.IDType, "idType can only be [Int64, VarChar], default: Int64")
	}
	return object{}, a.createQuickly(ctx, how)
}

// of returns a schema as gRPC's clients send it.
func (s restSchema) of(name string) (*schemapb.CollectionSchema, error) {
	schema := &schemapb.CollectionSchema{Name: name, EnableDynamicField: s.Dynamic}
	for _, f := range s.Fields {
		kind, known := schemapb.DataType_value[f.Type]
		if !known {
			return nil, &apiError{codeInvalid, "invalid parameter, data type " + f.Type + " is invalid(case sensitive)."}
		}
		field := &schemapb.FieldSchema{Name: f.Name, DataType: schemapb.DataType(kind), IsPrimaryKey: f.Primary, AutoID: f.Primary && s.AutoID}
		for key, value := range f.Params {
			field.TypeParams = append(field.TypeParams, &commonpb.KeyValuePair{Key: key, Value: textOf(value)})
		}
		schema.Fields = append(schema.Fields, field)
	}
	return schema, nil
}

// searchV2 searches for one vector; of several it returns the first one's hits.
func (a *api) searchV2(_ context.Context, q *searchReqV2) (any, error) {
	if q.Data == nil && a.behavior.searchWantsData {
		return nil, lacking(q, "Data")
	}
	if _, known := commonpb.ConsistencyLevel_value[q.ConsistencyLevel]; !known && q.ConsistencyLevel != "" {
		return nil, &apiError{codeInvalid, "consistencyLevel can only be [Strong, Session, Bounded, Eventually, Customized], default: Bounded, " +
			"err:parameter:'" + q.ConsistencyLevel + "' is incorrect, please check it: invalid parameter"}
	}
	limit := limitOf(q.Limit)
	var asked [][]float32
	err := a.store.with(q.CollectionName, func(c *collection) (err error) {
		switch {
		case len(q.Data) == 0:
			return &apiError{codeMissing, "either 'ids' (for primary key search) or 'data' (for vector search) must be provided"}
		case limit < 1 || limit > maxHits:
			return invalid("topk [%d] is invalid, it should be in range [1, %d], but got %[1]d: invalid parameter", limit, maxHits)
		}
		asked, err = c.vectorsOf(q.AnnsField, q.Data)
		return err
	})
	if err != nil {
		return nil, err
	}
	return a.searchREST(q.CollectionName, question{field: q.AnnsField, vector: asked[0], filter: q.Filter, limit: limit}, q.OutputFields)
}

func (c *collection) vectorsOf(field string, data []any) (asked [][]float32, err error) {
	into, err := c.vector(field)
	if err != nil {
		return nil, noJSON("error: cannot find a vector field: field not found[field=" + field + "]")
	}
	text, err := json.Marshal(data)
	if err == nil {
		err = json.Unmarshal(text, &asked)
	}
	for _, v := range asked {
		if n := dimension(into); err == nil && len(v) != n {
			err = fmt.Errorf("dimension: %d, but length of []float: %d", n, len(v))
		}
	}
	if err != nil {
		return nil, noJSON("error: " + expected("FloatVector", string(text), err.Error()).Error())
	}
	return asked, nil
}

const maxHits = 16384

func orElse(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}

func textOf(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	case bool:
		return strconv.FormatBool(value)
	}
	text, _ := json.Marshal(value) // it was decoded from JSON
	return string(text)
}
