package standin

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/schemapb"
)

func (a *api) restCreate(q *request) (any, error) {
	if len(q.Schema.Fields) > 0 {
		return object{}, a.store.create(&schemapb.CollectionSchema{Name: q.CollectionName, Fields: fieldsOf(q.Schema.Fields)})
	}
	vector := orElse(q.VectorField, "vector")
	err := a.store.create(&schemapb.CollectionSchema{
		Name: q.CollectionName, EnableDynamicField: true,
		Fields: []*schemapb.FieldSchema{
			{Name: orElse(q.PrimaryField, "id"), DataType: schemapb.DataType_Int64, IsPrimaryKey: true, AutoID: true},
			{Name: vector, DataType: schemapb.DataType_FloatVector,
				TypeParams: []*commonpb.KeyValuePair{{Key: "dim", Value: strconv.Itoa(q.Dimension)}}},
		},
	})
	if err != nil {
		return nil, err
	}
	return object{}, a.store.with(q.CollectionName, func(c *collection) error {
		params := []*commonpb.KeyValuePair{{Key: "metric_type", Value: orElse(q.MetricType, "L2")}}
		c.indexes = []index{{name: vector, field: vector, params: params}}
		c.loaded = true
		return nil
	})
}

func fieldsOf(given []restField) (fields []*schemapb.FieldSchema) {
	for _, f := range given {
		field := &schemapb.FieldSchema{Name: f.Name, DataType: schemapb.DataType(schemapb.DataType_value[f.Type]), IsPrimaryKey: f.Primary}
		for key, value := range f.Params {
			field.TypeParams = append(field.TypeParams, &commonpb.KeyValuePair{Key: key, Value: value})
		}
		fields = append(fields, field)
	}
	return fields
}

func (a *api) restDescribe(q *request) (any, error) {
	load := "LoadStateNotLoad"
	err := a.store.with(q.CollectionName, func(c *collection) error {
		if c.loaded {
			load = "LoadStateLoaded"
		}
		return nil
	})
	return object{"collectionName": q.CollectionName, "load": load}, err
}

func (a *api) restDrop(q *request) (any, error) {
	err := a.store.with(q.CollectionName, func(*collection) error { return nil })
	if err == nil {
		a.store.drop(q.CollectionName)
	}
	return object{}, err
}

func (a *api) restInsert(q *request) (any, error) {
	var given []object
	if text := bytes.TrimSpace(q.Data); len(text) > 0 && text[0] == '{' {
		q.Data = append(append([]byte("["), text...), ']')
	}
	decoder := json.NewDecoder(bytes.NewReader(q.Data))
	decoder.UseNumber()
	if err := decoder.Decode(&given); err != nil {
		return nil, invalid("read data: %v", err)
	}
	var inserted []row
	err := a.store.with(q.CollectionName, func(c *collection) error {
		for _, o := range given {
			r, err := c.row(o)
			if err != nil {
				return err
			}
			inserted = append(inserted, r)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	ids, err := a.store.insert(q.CollectionName, inserted)
	return object{"insertCount": len(ids), "insertIds": ids}, err
}

// row gives a row of JSON the types of the collection's fields.
func (c *collection) row(o object) (row, error) {
	r := row{}
	for name, value := range o {
		r[name] = value
		switch c.field(name).GetDataType() {
		case schemapb.DataType_Int64:
			n, err := strconv.ParseInt(strings.Trim(text(value), `"`), 10, 64)
			if err != nil {
				return nil, invalid("field %s: %v", name, err)
			}
			r[name] = n
		case schemapb.DataType_FloatVector:
			var v []float32
			if err := json.Unmarshal([]byte(text(value)), &v); err != nil {
				return nil, invalid("field %s: %v", name, err)
			}
			r[name] = v
		default:
		}
	}
	return r, nil
}

// text gives a decoded value as JSON again.
func text(value any) string {
	t, _ := json.Marshal(value) // it was decoded from JSON
	return string(t)
}

func (a *api) restSearch(q *request) (any, error) {
	if a.end != nil {
		a.end()
	}
	found := []object{}
	err := a.store.with(q.CollectionName, func(c *collection) error {
		if c.shut {
			return notLoaded(q.CollectionName)
		}
		hits, err := c.search(question{vector: q.Vector, filter: q.Filter, limit: q.Limit, farthest: a.store.farthest})
		if err != nil {
			return err
		}
		if _, _, err := c.outputs(q.OutputFields); err != nil {
			return err
		}
		for _, h := range hits {
			o := object{}
			for name, value := range h.row {
				if slices.Contains(q.OutputFields, name) || slices.Contains(q.OutputFields, "*") {
					o[name] = value
				}
			}
			o[c.key().GetName()], o["distance"] = h.id, h.distance
			found = append(found, o)
		}
		return nil
	})
	return found, err
}

// restSearchV2 is a search of v2, whose vectors are its data, one of which is
// looked for here.
func (a *api) restSearchV2(q *request) (any, error) {
	var vectors [][]float32
	if err := json.Unmarshal(q.Data, &vectors); err != nil || len(vectors) != 1 {
		return nil, invalid("data holds %d vectors, want 1 (%v)", len(vectors), err)
	}
	q.Vector = vectors[0]
	return a.restSearch(q)
}
