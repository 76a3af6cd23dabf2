package standin

import (
	"errors"
	"regexp"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/milvus-io/milvus-proto/go-api/v2/schemapb"

	"milvus-tls-e2e/harness"
)

// create makes a collection, and sends its name. An existing one with the same schema is kept.
func (s *store) create(schema *schemapb.CollectionSchema) error {
	if err := checkName(schema.GetName()); err != nil {
		return err
	}
	if err := checkFields(schema); err != nil {
		return err
	}
	if err := s.add(schema); err != nil {
		return err
	}
	return errors.Join(s.tell(harness.AllInternal, schema.GetName()), s.tell(harness.Etcd, schema.GetName()), s.tell(harness.MQ, schema.GetName()))
}

func (s *store) add(schema *schemapb.CollectionSchema) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if there, is := s.collections[schema.GetName()]; is {
		if !proto.Equal(there.schema, schema) {
			return invalid("create duplicate collection with different parameters, collection: %s", schema.GetName())
		}
		return nil
	}
	s.last++
	s.collections[schema.GetName()] = &collection{id: s.last, schema: schema}
	return nil
}

var (
	firstOfName = regexp.MustCompile(`^[A-Za-z_]`)
	restOfName  = regexp.MustCompile(`^\w+$`)
)

const longestName = 255

func checkName(name string) error {
	switch {
	case name == "":
		return invalid("collection name should not be empty")
	case len(name) > longestName:
		return invalid("Invalid collection name: %s. the length of a collection name must be less than %d characters", name, longestName)
	case !firstOfName.MatchString(name):
		return invalid("Invalid collection name: %s. the first character of a collection name must be an underscore or letter", name)
	case !restOfName.MatchString(name):
		return invalid("Invalid collection name: %s. collection name can only contain numbers, letters and underscores", name)
	}
	return nil
}

// checkFields refuses a schema that Milvus refuses, or with a field type that a stand-in does
// not have; it numbers the fields.
func checkFields(schema *schemapb.CollectionSchema) error {
	keys := 0
	for i, f := range schema.GetFields() {
		f.FieldID = int64(100 + i)
		if f.GetName() == "" {
			return &apiError{codeBadField, "field name should not be empty: field name invalid[field=]"}
		}
		if f.GetIsPrimaryKey() {
			keys++
		}
		if err := checkField(schema.GetName(), f); err != nil {
			return err
		}
	}
	if keys != 1 {
		return incomplete("primary key is not specified")
	}
	return nil
}

func checkField(collection string, f *schemapb.FieldSchema) error {
	kind := f.GetDataType()
	switch {
	case f.GetIsPrimaryKey() && kind != schemapb.DataType_Int64 && kind != schemapb.DataType_VarChar:
		return invalid("the data type of primary key should be Int64 or VarChar")
	case kind == schemapb.DataType_Int64:
		return nil
	case kind == schemapb.DataType_VarChar:
		if length, err := strconv.Atoi(typeParam(f, "max_length")); err != nil || length < 1 {
			return incomplete("type param(max_length) should be specified for the field(%s) of collection %s", f.GetName(), collection)
		}
		return nil
	case kind != schemapb.DataType_FloatVector:
		return invalid("the stand-in has no fields of type %s", kind)
	case typeParam(f, "dim") == "":
		return invalid("dimension is not defined in field type params of field %s, check type param `dim` for vector field", f.GetName())
	case dimension(f) < leastDimension:
		return invalid("invalid dimension: %s. should be in range %d ~ %d", typeParam(f, "dim"), leastDimension, mostDimensions)
	case dimension(f) > mostDimensions:
		return invalid("invalid dimension: %s of field %s. float vector dimension should be in range %d ~ %d",
			typeParam(f, "dim"), f.GetName(), leastDimension, mostDimensions)
	}
	return nil
}

// How many dimensions a vector may have.
const (
	leastDimension = 2
	mostDimensions = 32768
)

func dimension(f *schemapb.FieldSchema) int {
	n, _ := strconv.Atoi(typeParam(f, "dim"))
	return n
}

func typeParam(f *schemapb.FieldSchema, key string) string { return param(f.GetTypeParams(), key) }
