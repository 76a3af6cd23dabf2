// Command schema writes the JSON Schemas of what other programs read: results.json
// and diffs. It makes them from the Go types and their comments.
package main

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"

	"milvus-tls-e2e/harness"
	_ "milvus-tls-e2e/harness/page/run" // this and the next bring every kind of check, with its facts and outcomes
	"milvus-tls-e2e/harness/results"
	_ "milvus-tls-e2e/harness/run"
)

//go:generate go run .

// published are the forms that have a schema, by the file's name: it has the
// version of the form in it, so that an older schema stays.
var published = map[string]form{
	fmt.Sprintf("results-%d.json", results.Schema):  {"results.json of milvus-tls-e2e", "Results", results.Results{}, results.Schema},
	fmt.Sprintf("diff-%d.json", results.DiffSchema): {"what milvus-tls-e2e diff --json prints", "Diff", results.Diff{}, results.DiffSchema},
}

// A form is a type that is written as JSON, and its version.
type form struct {
	title, name string
	zero        any
	version     int
}

func main() {
	for name, f := range published {
		text, err := f.schema("..")
		if err == nil {
			err = os.WriteFile(name, text, 0o644)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "write schema/%s: %v\n", name, err)
			os.Exit(1)
		}
	}
}

// schema returns the form's JSON Schema; root is the module's folder.
func (f form) schema(root string) ([]byte, error) {
	r := jsonschema.Reflector{
		// A key may be added without a new version: readers ignore what they
		// do not know.
		AllowAdditionalProperties: true,
		Mapper:                    closedSet,
		Namer:                     named,
	}
	if err := inFolder(root, func() error { return r.AddGoComments("milvus-tls-e2e", "harness") }); err != nil {
		return nil, fmt.Errorf("read the types' comments: %w", err)
	}
	s := r.Reflect(f.zero)
	describeFacts(&r, s)
	s.ID = jsonschema.ID(fmt.Sprintf("urn:milvus-tls-e2e:%s:%d", strings.ToLower(f.name), f.version))
	s.Title = f.title
	s.Definitions[f.name].Properties.GetPair("schema").Value.Const = f.version
	text, err := json.MarshalIndent(s, "", "  ")
	return append(text, '\n'), err
}

// named names a type: one of a kind of check with the kind before it, since every kind has
// its Facts.
func named(t reflect.Type) string {
	room, kind := path.Split(t.PkgPath())
	if !strings.HasSuffix(room, "/checks/") {
		return t.Name()
	}
	return strings.ToUpper(kind[:1]) + kind[1:] + t.Name()
}

// describeFacts has evidence hold the facts of one of the kinds, which it names.
func describeFacts(r *jsonschema.Reflector, s *jsonschema.Schema) {
	evidence, has := s.Definitions["Evidenced"]
	if !has {
		return
	}
	kinds := harness.Kinds()
	facts, _ := evidence.Properties.Get("facts")
	kind, _ := evidence.Properties.Get("kind")
	*facts = jsonschema.Schema{Description: facts.Description}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		one := r.Reflect(kinds[name])
		maps.Copy(s.Definitions, one.Definitions)
		facts.AnyOf = append(facts.AnyOf, &jsonschema.Schema{Ref: one.Ref})
		kind.Enum = append(kind.Enum, name)
	}
}

// inFolder does something in another working folder. The reflector makes import
// paths of the paths that it is given, so those must be relative to the module's.
func inFolder(dir string, do func() error) error {
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := os.Chdir(dir); err != nil {
		return err
	}
	return errors.Join(do(), os.Chdir(here))
}

// closedSet returns the schema of a type that is written by name: the names.
func closedSet(t reflect.Type) *jsonschema.Schema {
	if t == reflect.TypeFor[harness.Outcome]() {
		s := &jsonschema.Schema{Type: "string"}
		for _, o := range harness.Outcomes() {
			s.Enum = append(s.Enum, string(o))
		}
		return s
	}
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
