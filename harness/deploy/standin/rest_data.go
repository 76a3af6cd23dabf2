package standin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/schemapb"
)

// quick is the collection that REST makes of a dimension alone: with a key and a vector, indexed
// and loaded. In v1 the server makes the keys; in v2 only where configured, and otherwise each
// row needs one.
type quick struct {
	name, metric string
	dimension    int32
	auto         bool // the server makes the keys
	key          string
	keyType      schemapb.DataType
	length       string // of a key that is text
	vector       string
	index        string // its name; the field's where it is ""
}

var metrics = []string{"L2", "IP", "COSINE"}

func (a *api) createQuickly(ctx context.Context, q quick) error {
	key := &schemapb.FieldSchema{Name: orElse(q.key, "id"), DataType: q.keyType, IsPrimaryKey: true, AutoID: q.auto}
	if q.keyType == schemapb.DataType_VarChar {
		key.TypeParams = []*commonpb.KeyValuePair{{Key: "max_length", Value: q.length}}
	}
	vector := &schemapb.FieldSchema{Name: orElse(q.vector, "vector"), DataType: schemapb.DataType_FloatVector,
		TypeParams: []*commonpb.KeyValuePair{{Key: "dim", Value: strconv.Itoa(int(q.dimension))}}}
	if err := a.create(ctx, &schemapb.CollectionSchema{
		Name: q.name, EnableDynamicField: true, Fields: []*schemapb.FieldSchema{key, vector},
	}); err != nil {
		return err
	}
	return a.store.with(q.name, func(c *collection) error {
		if !slices.Contains(metrics, q.metric) {
			return expected("valid index params", "invalid index params", "float vector index does not support metric type: "+q.metric)
		}
		params := []*commonpb.KeyValuePair{{Key: "metric_type", Value: q.metric}}
		c.indexes = []index{{name: orElse(q.index, vector.GetName()), field: vector.GetName(), params: params}}
		c.loaded = true
		return nil
	})
}

// create makes a collection, for which components have to reach each other.
func (a *api) create(ctx context.Context, schema *schemapb.CollectionSchema) error {
	if a.hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	if a.queue != nil {
		return a.queue
	}
	return a.store.create(schema)
}

func (a *api) describe(name string) (any, error) {
	described := object{"collectionName": name, "load": "LoadStateNotLoad"}
	err := a.store.with(name, func(c *collection) error {
		if c.loaded {
			described["load"] = "LoadStateLoaded"
		}
		described["autoId"] = c.key().GetAutoID()
		described["enableDynamicField"] = c.schema.GetEnableDynamicField()
		return nil
	})
	return described, err
}

func (a *api) insertREST(name string, given []object) (any, error) {
	var rows []row
	err := a.store.with(name, func(c *collection) error {
		if len(given) == 0 {
			return badRows(errors.New("missing required parameters"))
		}
		for _, o := range given {
			r, err := c.row(o)
			if err != nil {
				return badRows(err)
			}
			rows = append(rows, r)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	ids, err := a.store.insert(name, rows)
	return object{"insertCount": len(ids), "insertIds": ids}, err
}

// row turns a JSON object into a row. What a field wants, and does not have, is
// an error, and so is a key that the server makes itself.
func (c *collection) row(o object) (row, error) {
	r := row{}
	for _, f := range c.schema.GetFields() {
		name, given := f.GetName(), textOf(o[f.GetName()])
		if f.GetIsPrimaryKey() && f.GetAutoID() {
			if given != "" {
				return nil, invalid("no need to pass pk field(%s) when autoid==true in insert", name)
			}
			continue
		}
		value, err := valueOf(f, given)
		if err != nil {
			return nil, err
		}
		r[name] = value
	}
	for name, value := range o {
		switch {
		case c.field(name) != nil:
		case !c.schema.GetEnableDynamicField():
			return nil, invalid("has pass more field without dynamic schema, please check it")
		case name == dynamicField:
			return nil, invalid("use the invalid field name(%s) when enable dynamicField", name)
		default:
			r[name] = value
		}
	}
	return r, nil
}

// valueOf reads what a field of a row has; text is "" where the row has none.
func valueOf(f *schemapb.FieldSchema, text string) (any, error) {
	switch f.GetDataType() {
	case schemapb.DataType_Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, expected("Int64", text, err.Error())
		}
		return n, nil
	case schemapb.DataType_FloatVector:
		var v []float32
		if text == "" {
			return nil, expected("FloatVector", "", "missing vector field: "+f.GetName())
		}
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			return nil, expected("FloatVector", text, err.Error())
		}
		if len(v) != dimension(f) {
			return nil, invalid("[]float32 size %d doesn't equal to vector dimension %d of FloatVector", len(v), dimension(f))
		}
		return v, nil
	default: // create lets in no other type than these three
		return text, nil
	}
}

// unmarshal decodes JSON and keeps numbers as text.
func unmarshal(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// searchREST returns what a search finds, each with its key, its distance and the
// fields that are wanted.
func (a *api) searchREST(name string, q question, outputs []string) (any, error) {
	if err := a.searches(); err != nil {
		return nil, err
	}
	q.farthest = a.store.farthest
	found := []object{}
	err := a.store.with(name, func(c *collection) error {
		if c.shut {
			return notLoaded(name)
		}
		hits, err := c.search(q)
		if err != nil {
			return err
		}
		if _, _, err := c.outputs(outputs); err != nil {
			return err
		}
		for _, h := range hits {
			o := object{}
			for field, value := range h.row {
				if slices.Contains(outputs, field) || slices.Contains(outputs, "*") {
					o[field] = value
				}
			}
			o[c.key().GetName()], o["distance"] = h.id, h.distance
			found = append(found, o)
		}
		return nil
	})
	return found, err
}
