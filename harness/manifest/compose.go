package manifest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/interpolation"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/types"
	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
)

// A project is a Compose file as Compose reads it, and what remains unsaid.
type project struct {
	*types.Project
	root    *yaml.Node
	file    string
	unset   map[string]bool // variables without a value, which only a shell can give
	refused error           // why Compose would not start it
}

// compose reads the services that run Milvus, each as a server of its own.
// Variables come from .env and their defaults: the shell that will run Compose
// is not this one.
func compose(file string, root *yaml.Node) ([]*Manifest, error) {
	p, err := load(file, root)
	if err != nil {
		return nil, err
	}
	servers := p.servers()
	if len(servers) == 0 {
		return nil, errors.New("none of its services runs Milvus: one must run `milvus run standalone`, or have an image called milvus")
	}
	var all []*Manifest
	for _, service := range servers {
		m := &Manifest{Kind: Compose, File: file, Name: service.Name, Image: service.Image, Role: roleOf(service), env: map[string]variable{}}
		if p.refused != nil {
			m.find(0, harness.SeverityHigh, fmt.Sprintf("Compose refuses this file: %s.", oneLine(p.refused)), "Correct it first.")
		}
		if err := m.service(p, service); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return components(all), nil
}

// load reads a file with Compose's own library.
func load(file string, root *yaml.Node) (*project, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	p := &project{root: root, file: abs, unset: map[string]bool{}}
	dir := filepath.Dir(abs)
	variables, err := dotEnv(filepath.Join(dir, ".env"))
	if err != nil {
		return nil, err
	}
	if err := p.bounded(dir); err != nil {
		return nil, err
	}
	for _, strict := range []bool{true, false} {
		config := map[string]any{}
		if err := root.Decode(&config); err != nil {
			return nil, err
		}
		delete(config, "version") // Compose ignores it, and warns on a log of its own
		details := types.ConfigDetails{
			WorkingDir: dir, Environment: variables,
			ConfigFiles: []types.ConfigFile{{Filename: abs, Config: config}},
		}
		loaded, err := loader.LoadWithContext(context.Background(), details, func(o *loader.Options) {
			o.SetProjectName("manifest", true)
			o.Profiles = []string{"*"} // whichever is chosen
			o.SkipConsistencyCheck = !strict
			o.Interpolate = &interpolation.Options{Substitute: p.substitute, LookupValue: p.lookup(variables), TypeCastMapping: o.Interpolate.TypeCastMapping}
		})
		if err == nil {
			p.Project = loaded
			return p, nil
		}
		if !strict {
			return nil, fmt.Errorf("it is refused by Compose: %s", oneLine(err))
		}
		p.refused = err
	}
	return p, nil
}

// bounded refuses other files that a Compose file names and that never end, or
// are larger than any manifest: Compose's library reads them whole.
func (p *project) bounded(dir string) error {
	var names []string
	add := func(node *yaml.Node) {
		if name := text(node); name != "" {
			names = append(names, name)
		}
		for _, item := range elements(node) {
			names = append(names, text(item), text(value(item, "path")))
		}
	}
	add(value(p.root, "include"))
	for _, service := range elements(value(p.root, "services")) {
		add(value(service, "env_file"))
		add(value(service, "extends", "file"))
	}
	for _, name := range append(names, ".env") {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		if info, err := os.Stat(name); err == nil && !info.IsDir() && (!info.Mode().IsRegular() || info.Size() > MaxSize) {
			return fmt.Errorf("%s, which it names, is no file of at most %d KB", name, MaxSize>>10)
		}
	}
	return nil
}

func elements(node *yaml.Node) (all []*yaml.Node) {
	switch {
	case node == nil:
	case node.Kind == yaml.SequenceNode:
		all = node.Content
	case node.Kind == yaml.MappingNode:
		for i := 1; i < len(node.Content); i += 2 {
			all = append(all, node.Content[i])
		}
	}
	return all
}

// substitute is Compose's own, without its log.
func (p *project) substitute(text string, mapping template.Mapping) (string, error) {
	return template.SubstituteWithOptions(text, mapping, template.WithoutLogging)
}

func (p *project) lookup(variables map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, is := variables[name]
		if !is {
			p.unset[name] = true
		}
		return v, is
	}
}

func dotEnv(name string) (map[string]string, error) {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	variables, err := dotenv.Parse(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %s", name, oneLine(err))
	}
	return variables, nil
}
