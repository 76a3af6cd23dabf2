package check_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/check"
	"milvus-tls-e2e/suites/claims"
)

// FuzzRead reads whatever somebody calls a target file: what is wrong with it is one
// line, and what is read of it is all that stands in it.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		check.Example, "", "mode: 2", "--- \n...\n", "\x00\xff", "- a\n- b\n", "mode: &m 1\nrate: *m\n", "a: &a [*a]\n",
		"addresses: {grpc: 'h:1'}\nmode: 0\n", "addresses: {grpc: 'h:1'}\nmode: 0\n---\nmode: 2\n", "addresses: {grpc: 'h:1'}\nmode: 0x0\n",
		"addresses: {grpc: 'h:1', rest: '[::1]:2'}\nmode: 1\ntrust: a\nlogin: {user: u, password_env: P}\nlog_command: [a, b]\n",
		"base: &b {grpc: 'h:1'}\naddresses: *b\nmode: 0\n", "<<: {mode: 2}\naddresses: {grpc: 'h:1'}\ntrust: x\n",
		"addresses: {grpc: 'h:1'}\nmode: 2\ntrust: x\naccept: [{claim: mode-2-both, reason: r}]\nexpires_within_days: 9\nversion: 2.5.8\n",
	} {
		f.Add([]byte(text))
	}
	all := claims.All()
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "t.yaml")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		target, err := check.Read(path, all)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("more than a line: %q", err)
			}
			return
		}
		d := yaml.NewDecoder(strings.NewReader(string(text)))
		var tree, more yaml.Node
		if err := d.Decode(&tree); err != nil {
			t.Fatalf("it was read, and is no YAML: %v", err)
		}
		if d.Decode(&more) == nil {
			t.Fatal("a second document was not read, and nothing said so")
		}
		read, err := yaml.Marshal(target)
		if err != nil {
			t.Fatal(err)
		}
		var held any
		if err := yaml.Unmarshal(read, &held); err != nil {
			t.Fatal(err)
		}
		for _, leaf := range leaves(&tree, nil) {
			if !leaf.is(held, filepath.Dir(path)) {
				t.Errorf("%s: %q was not read: %v", strings.Join(leaf.path, "."), leaf.node.Value, held)
			}
		}
	})
}

// A scalar of a file, and where it stands.
type scalar struct {
	path []string
	node *yaml.Node
}

// leaves returns the scalars of a tree that say something.
func leaves(n *yaml.Node, path []string) (all []scalar) {
	switch n.Kind {
	case yaml.AliasNode:
		return leaves(n.Alias, path)
	case yaml.DocumentNode, yaml.SequenceNode:
		for i, child := range n.Content {
			at := path
			if n.Kind == yaml.SequenceNode {
				at = append(slices.Clone(path), fmt.Sprint(i))
			}
			all = append(all, leaves(child, at)...)
		}
	case yaml.MappingNode:
		explicit := map[string]bool{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			explicit[n.Content[i].Value] = true
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Tag != "!!merge" {
				all = append(all, leaves(n.Content[i+1], append(slices.Clone(path), key.Value))...)
				continue
			}
			for _, merged := range leaves(n.Content[i+1], path) {
				if len(merged.path) <= len(path) || !explicit[merged.path[len(path)]] {
					all = append(all, merged)
				}
			}
		}
	case yaml.ScalarNode:
		if n.Tag != "!!null" {
			all = append(all, scalar{path, n})
		}
	}
	return all
}

// is reports whether what was read holds the scalar where it stands.
func (s scalar) is(held any, dir string) bool {
	for _, key := range s.path {
		switch v := held.(type) {
		case map[string]any:
			held = v[key]
		case []any:
			var i int
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(v) {
				return false
			}
			held = v[i]
		default:
			return false
		}
	}
	var value any
	if s.node.Decode(&value) != nil {
		return false
	}
	if reflect.DeepEqual(held, value) || fmt.Sprint(held) == fmt.Sprint(value) {
		return true
	}
	var text string
	_ = s.node.Decode(&text)
	got := fmt.Sprint(held)
	return got == s.node.Value || got == text || got == filepath.Join(dir, text) || s.number(held)
}

// number reports whether a number was read that is written otherwise.
func (s scalar) number(held any) bool {
	var want float64
	if s.node.Decode(&want) != nil {
		return false
	}
	switch v := held.(type) {
	case int:
		return float64(v) == want
	case float64:
		return v == want
	}
	return false
}
