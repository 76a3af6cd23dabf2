package standin

import (
	"encoding/binary"
	"encoding/json"
	"math"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/schemapb"
	"google.golang.org/protobuf/proto"
)

// dynamicField is the name under which dynamic fields travel, as one JSON
// object for each row.
const dynamicField = "$meta"

func rows(columns []*schemapb.FieldData, n int) ([]row, error) {
	all := make([]row, n)
	for i := range all {
		all[i] = row{}
	}
	for _, column := range columns {
		length, value := cells(column)
		if length != n {
			return nil, invalid("field %s has %d rows of a type that the stand-in holds, not %d", column.GetFieldName(), length, n)
		}
		for i, r := range all {
			if !column.GetIsDynamic() {
				r[column.GetFieldName()] = value(i)
				continue
			}
			text, _ := value(i).([]byte)
			if err := json.Unmarshal(text, (*map[string]any)(&r)); err != nil {
				return nil, invalid("read dynamic fields: %v", err)
			}
		}
	}
	return all, nil
}

func cells(column *schemapb.FieldData) (int, func(int) any) {
	switch column.GetType() {
	case schemapb.DataType_Int64:
		data := column.GetScalars().GetLongData().GetData()
		return len(data), func(i int) any { return data[i] }
	case schemapb.DataType_VarChar:
		data := column.GetScalars().GetStringData().GetData()
		return len(data), func(i int) any { return data[i] }
	case schemapb.DataType_JSON:
		data := column.GetScalars().GetJsonData().GetData()
		return len(data), func(i int) any { return data[i] }
	case schemapb.DataType_FloatVector:
		data, dim := column.GetVectors().GetFloatVector().GetData(), int(column.GetVectors().GetDim())
		if dim > 0 {
			return len(data) / dim, func(i int) any { return data[i*dim : (i+1)*dim] }
		}
	default:
	}
	return -1, nil
}

func column(field *schemapb.FieldSchema, rows []row) *schemapb.FieldData {
	switch field.GetDataType() {
	case schemapb.DataType_Int64:
		c := integers(field.GetName(), pick[int64](field.GetName(), rows))
		c.FieldId = field.GetFieldID()
		return c
	case schemapb.DataType_VarChar:
		return scalars(field, &schemapb.ScalarField{Data: &schemapb.ScalarField_StringData{
			StringData: &schemapb.StringArray{Data: pick[string](field.GetName(), rows)}}})
	default: // create lets in no other type than these three
	}
	var flat []float32
	for _, v := range pick[[]float32](field.GetName(), rows) {
		flat = append(flat, v...)
	}
	return &schemapb.FieldData{
		Type: field.GetDataType(), FieldName: field.GetName(), FieldId: field.GetFieldID(),
		Field: &schemapb.FieldData_Vectors{Vectors: &schemapb.VectorField{
			Dim:  int64(dimension(field)),
			Data: &schemapb.VectorField_FloatVector{FloatVector: &schemapb.FloatArray{Data: flat}},
		}},
	}
}

func integers(name string, data []int64) *schemapb.FieldData {
	return scalars(&schemapb.FieldSchema{Name: name, DataType: schemapb.DataType_Int64},
		&schemapb.ScalarField{Data: &schemapb.ScalarField_LongData{LongData: &schemapb.LongArray{Data: data}}})
}

func scalars(field *schemapb.FieldSchema, data *schemapb.ScalarField) *schemapb.FieldData {
	return &schemapb.FieldData{
		Type: field.GetDataType(), FieldName: field.GetName(), FieldId: field.GetFieldID(),
		Field: &schemapb.FieldData_Scalars{Scalars: data},
	}
}

func pick[T any](name string, rows []row) []T {
	all := make([]T, len(rows))
	for i, r := range rows {
		all[i], _ = r[name].(T) // insert saw to it that it is one
	}
	return all
}

// dynamic returns the column of values outside the schema's fields.
func (c *collection) dynamic(rows []row) (*schemapb.FieldData, error) {
	texts := make([][]byte, len(rows))
	for i, r := range rows {
		rest := map[string]any{}
		for name, value := range r {
			if c.field(name) == nil {
				rest[name] = value
			}
		}
		var err error
		if texts[i], err = json.Marshal(rest); err != nil {
			return nil, invalid("write dynamic fields: %v", err)
		}
	}
	d := scalars(&schemapb.FieldSchema{Name: dynamicField, DataType: schemapb.DataType_JSON},
		&schemapb.ScalarField{Data: &schemapb.ScalarField_JsonData{JsonData: &schemapb.JSONArray{Data: texts}}})
	d.IsDynamic = true
	return d, nil
}

func (c *collection) columns(names []string, rows []row) ([]*schemapb.FieldData, error) {
	fields, dynamic, err := c.outputs(names)
	if err != nil {
		return nil, err
	}
	var all []*schemapb.FieldData
	for _, f := range fields {
		all = append(all, column(f, rows))
	}
	if dynamic {
		d, err := c.dynamic(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

func vectors(group []byte) ([][]float32, error) {
	var g commonpb.PlaceholderGroup
	if err := proto.Unmarshal(group, &g); err != nil {
		return nil, invalid("read vectors: %v", err)
	}
	var all [][]float32
	for _, p := range g.GetPlaceholders() {
		if p.GetType() != commonpb.PlaceholderType_FloatVector {
			return nil, invalid("the stand-in does not search by %s", p.GetType())
		}
		for _, raw := range p.GetValues() {
			v := make([]float32, len(raw)/4)
			for i := range v {
				v[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
			}
			all = append(all, v)
		}
	}
	return all, nil
}
