// Command schema writes the JSON Schema of results.json, from the Go types that
// make the file and from their comments.
package main

import (
	"encoding"
	"encoding/json"
	"fmt"
	"os"
	"reflect"

	"github.com/invopop/jsonschema"

	"milvus-tls-e2e/harness"
)

//go:generate go run .

func main() {
	text, err := resultsSchema("..")
	if err == nil {
		err = os.WriteFile(file, text, 0o644)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "write schema: %v\n", err)
		os.Exit(1)
	}
}

// file is named after the version of the form, so that an older one stays.
var file = fmt.Sprintf("results-%d.json", harness.ResultsSchema)

// resultsSchema gives the schema of results.json; root is the module's folder.
func resultsSchema(root string) ([]byte, error) {
	r := jsonschema.Reflector{
		// A key may be added without a new version: readers ignore what they
		// do not know.
		AllowAdditionalProperties: true,
		Mapper:                    closedSet,
	}
	// The comments are found by import path, which the reflector makes from the
	// path that it is given: that must be relative to the module's folder.
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if err := os.Chdir(root); err != nil {
		return nil, err
	}
	err = r.AddGoComments("milvus-tls-e2e", "harness")
	if err := os.Chdir(here); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("read the types' comments: %w", err)
	}
	s := r.Reflect(harness.Results{})
	s.ID = jsonschema.ID(fmt.Sprintf("urn:milvus-tls-e2e:results:%d", harness.ResultsSchema))
	s.Title = "results.json of milvus-tls-e2e"
	s.Definitions["Results"].Properties.GetPair("schema").Value.Const = harness.ResultsSchema
	text, err := json.MarshalIndent(s, "", "  ")
	return append(text, '\n'), err
}

// closedSet gives the schema of a type that is written by name: the names.
func closedSet(t reflect.Type) *jsonschema.Schema {
	if t.Kind() != reflect.Int || !reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return nil
	}
	s := &jsonschema.Schema{Type: "string"}
	for i := int64(0); ; i++ {
		v, back := reflect.New(t), reflect.New(t)
		v.Elem().SetInt(i)
		name, err := v.Interface().(encoding.TextMarshaler).MarshalText()
		if err == nil {
			err = back.Interface().(encoding.TextUnmarshaler).UnmarshalText(name)
		}
		switch {
		case err == nil:
			s.Enum = append(s.Enum, string(name))
		case i > 0: // the zero value may be none of the set
			return s
		}
	}
}
