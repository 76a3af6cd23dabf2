package standin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/milvus-io/milvus-proto/go-api/v2/schemapb"
)

// The requests of REST v1, with what each requires (seen on 2.3.5 and 2.6.20).
type (
	listCollectionsReq    struct{}
	describeCollectionReq struct {
		CollectionName string `json:"collectionName" binding:"required"`
	}
	createCollectionReq struct {
		DBName         string `json:"dbName"`
		CollectionName string `json:"collectionName" binding:"required"`
		Dimension      int32  `json:"dimension" binding:"required"`
		MetricType     string `json:"metricType"`
		PrimaryField   string `json:"primaryField"`
		VectorField    string `json:"vectorField"`
	}
	dropCollectionReq struct {
		DBName         string `json:"dbName"`
		CollectionName string `json:"collectionName" binding:"required"`
	}
	insertReq struct {
		DBName         string          `json:"dbName"`
		CollectionName string          `json:"collectionName" binding:"required"`
		Data           json.RawMessage `json:"data" binding:"required"` // one row or several
	}
	searchReq struct {
		DBName         string    `json:"dbName"`
		CollectionName string    `json:"collectionName" binding:"required"`
		Vector         []float32 `json:"vector" binding:"required"`
		Filter         string    `json:"filter"`
		Limit          *int32    `json:"limit"`
		OutputFields   []string  `json:"outputFields"`
	}
)

var v1 = restVersion{
	ok:    http.StatusOK,
	bound: func(*api, *http.Request) (time.Duration, error) { return -1, nil },
	read: func(r *http.Request, into any) error {
		if r.Method == http.MethodGet {
			if q, is := into.(*describeCollectionReq); is {
				q.CollectionName = r.URL.Query().Get("collectionName")
			}
		} else if err := decode(r, into); err != nil {
			return noJSON("error: " + err.Error())
		}
		if len(missing(into)) == 0 {
			return nil
		}
		var keys []string
		for _, field := range required(into) {
			keys = append(keys, field.Tag.Get("json"))
		}
		return &apiError{codeMissing, fmt.Sprintf("missing required parameters, required parameters: [%s]", strings.Join(keys, ", "))}
	},
}

func (a *api) routesV1(mux *http.ServeMux) {
	const root = "/v1/vector/"
	mux.Handle("GET "+root+"collections", serve(a, v1, func(context.Context, *listCollectionsReq) (any, error) {
		return a.store.names(), nil
	}))
	mux.Handle("GET "+root+"collections/describe", serve(a, v1, func(_ context.Context, q *describeCollectionReq) (any, error) {
		return a.describe(q.CollectionName)
	}))
	mux.Handle("POST "+root+"collections/create", serve(a, v1, func(ctx context.Context, q *createCollectionReq) (any, error) {
		return object{}, a.createQuickly(ctx, quick{
			name: q.CollectionName, dimension: q.Dimension, metric: orElse(q.MetricType, "L2"), auto: true,
			key: q.PrimaryField, keyType: schemapb.DataType_Int64, vector: q.VectorField, index: "vector_idx",
		})
	}))
	mux.Handle("POST "+root+"collections/drop", serve(a, v1, func(_ context.Context, q *dropCollectionReq) (any, error) {
		err := a.store.with(q.CollectionName, func(*collection) error { return nil })
		if err != nil {
			return nil, &apiError{codeNoCollection, "collection not found, database: " + defaultDatabase + ", collection: " + q.CollectionName}
		}
		a.store.drop(q.CollectionName)
		return object{}, nil
	}))
	mux.Handle("POST "+root+"insert", serve(a, v1, a.insertV1))
	mux.Handle("POST "+root+"search", serve(a, v1, func(_ context.Context, q *searchReq) (any, error) {
		return a.searchREST(q.CollectionName, question{vector: q.Vector, filter: q.Filter, limit: limitOf(q.Limit)}, q.OutputFields)
	}))
}

// insertV1 inserts a row or a list of rows.
func (a *api) insertV1(_ context.Context, q *insertReq) (any, error) {
	var rows []object
	if err := unmarshal(q.Data, &rows); err != nil {
		var one object
		if unmarshal(q.Data, &one) != nil {
			var typed *json.UnmarshalTypeError
			if errors.As(err, &typed) {
				err = fmt.Errorf("json: cannot unmarshal %s into Go struct field SingleInsertReq.data of type map[string]interface {}", typed.Value)
			}
			return nil, noJSON("error: " + err.Error())
		}
		rows = []object{one}
	}
	return a.insertREST(q.CollectionName, rows)
}

func limitOf(given *int32) int {
	if given == nil {
		return 100
	}
	return int(*given)
}
