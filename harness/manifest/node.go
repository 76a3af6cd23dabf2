package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxSize is how long a manifest may be, in bytes. The largest values file of the chart
// itself is a tenth of it.
const MaxSize = 1 << 20

// maxNodes bounds what a file's aliases may grow to.
const maxNodes = 200_000

func document(text []byte) (*yaml.Node, error) { return onlyDocument(documents(text)) }

// serverDocument is document as the server reads its own files: the last of duplicate keys
// counts. The chart's own default.yaml has duplicates (read in 5.0.19; a 2.6 silently takes the
// last).
func serverDocument(text []byte) (*yaml.Node, error) {
	return onlyDocument(documentsWith(text, lastWins))
}

func onlyDocument(roots []*yaml.Node, err error) (*yaml.Node, error) {
	switch {
	case err != nil:
		return nil, err
	case len(roots) > 1:
		return nil, errors.New("it holds more than one document")
	}
	return roots[0], nil
}

// documents returns the mappings that a text holds, with their aliases and merge
// keys resolved. There is at least one, or an error.
func documents(text []byte) (roots []*yaml.Node, err error) {
	return documentsWith(text, func(*yaml.Node) {})
}

func lastWins(node *yaml.Node) {
	if node.Kind == yaml.MappingNode {
		seen := map[string]bool{}
		for i := len(node.Content) - 2; i >= 0; i -= 2 {
			if key := node.Content[i]; key.Kind == yaml.ScalarNode && key.Value != "<<" {
				if seen[key.Value] {
					node.Content = slices.Delete(node.Content, i, i+2)
				}
				seen[key.Value] = true
			}
		}
	}
	for _, below := range node.Content {
		lastWins(below)
	}
}

func documentsWith(text []byte, prepare func(*yaml.Node)) (roots []*yaml.Node, err error) {
	switch {
	case len(text) > MaxSize:
		return nil, fmt.Errorf("it is larger than %d KB, and only smaller manifests are read", MaxSize>>10)
	case bytes.IndexByte(text, 0) >= 0 && !bytes.HasPrefix(text, []byte("\xff\xfe")): // UTF-16, as PowerShell writes it
		return nil, errors.New("it is a binary file, and no YAML")
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	left := maxNodes
	for {
		var doc yaml.Node
		err := decode(decoder, &doc)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("it is not YAML: %s", oneLine(err))
		}
		if doc.Content[0].Tag == "!!null" {
			continue // nothing but comments
		}
		prepare(doc.Content[0])
		root, err := sound(doc.Content[0], &left)
		if err != nil {
			return nil, err
		}
		roots = append(roots, root)
	}
	if len(roots) == 0 {
		return nil, errors.New("it is empty")
	}
	return roots, nil
}

// decode turns a panic of the YAML library into an error: an unusual file must not end the
// program.
func decode(decoder *yaml.Decoder, into *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the YAML library gives up: %v", r)
		}
	}()
	return decoder.Decode(into)
}

// sound resolves a document, which must be a mapping without duplicate keys.
func sound(root *yaml.Node, left *int) (*yaml.Node, error) {
	root, err := resolve(root, left)
	if err != nil {
		return nil, fmt.Errorf("it is not sound YAML: %w", err)
	}
	if root.Kind != yaml.MappingNode {
		return nil, errors.New("it is not a mapping of keys, so it configures nothing")
	}
	var plain map[string]any
	if err := root.Decode(&plain); err != nil { // a duplicate key, for instance
		return nil, fmt.Errorf("it is not sound YAML: %s", oneLine(err))
	}
	return root, nil
}

func oneLine(err error) string {
	return strings.TrimPrefix(strings.Join(strings.Fields(err.Error()), " "), "yaml: ")
}

// value returns the value of nested keys, or nil.
func value(node *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		_, node = entry(node, key)
	}
	return node
}

// entry returns a key's own node and its value's, or nil for both.
func entry(node *yaml.Node, key string) (name, below *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i], node.Content[i+1]
		}
	}
	return nil, nil
}

func text(node *yaml.Node) string {
	if node == nil || node.Kind != yaml.ScalarNode || node.Tag == "!!null" {
		return ""
	}
	return node.Value
}

// mapping reports an error for anything but a mapping; null is an empty one.
func mapping(what string, node *yaml.Node) error {
	if node == nil || node.Kind == yaml.MappingNode || node.Tag == "!!null" {
		return nil
	}
	return fmt.Errorf("line %d: %s is not a mapping of keys", node.Line, what)
}

// tree returns a mapping as a map; null is an empty one.
func tree(what string, node *yaml.Node) (map[string]any, error) {
	plain := map[string]any{}
	if err := mapping(what, node); err != nil || node == nil || node.Tag == "!!null" {
		return plain, err
	}
	if err := node.Decode(&plain); err != nil {
		return nil, fmt.Errorf("%s: %s", what, oneLine(err))
	}
	return plain, nil
}
