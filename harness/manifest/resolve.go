package manifest

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// A resolver replaces aliases and merge keys by their targets. Lines stay those of the targets.
// A target keeps its anchor at its own place, which distinguishes a template from a setting.
type resolver struct {
	left *int
	open map[*yaml.Node]bool
	used map[*yaml.Node]bool
}

func resolve(root *yaml.Node, left *int) (*yaml.Node, error) {
	r := resolver{left: left, open: map[*yaml.Node]bool{}, used: map[*yaml.Node]bool{}}
	r.aliases(root)
	return r.copy(root)
}

// aliases notes what is repeated.
func (r resolver) aliases(n *yaml.Node) {
	if n.Kind == yaml.AliasNode {
		r.used[n.Alias] = true
		return
	}
	for _, below := range n.Content {
		r.aliases(below)
	}
}

func (r resolver) copy(n *yaml.Node) (*yaml.Node, error) {
	if *r.left--; *r.left < 0 {
		return nil, fmt.Errorf("line %d: its aliases expand to more than %d keys and values", n.Line, maxNodes)
	}
	if n.Kind == yaml.AliasNode {
		if r.open[n.Alias] {
			return nil, fmt.Errorf("line %d: the anchor %s contains itself", n.Line, n.Value)
		}
		repeated, err := r.copy(n.Alias)
		if err == nil {
			repeated.Anchor = ""
		}
		return repeated, err
	}
	r.open[n] = true
	defer delete(r.open, n)
	out := *n
	out.Content = nil
	if !r.used[n] {
		out.Anchor = ""
	}
	if n.Kind == yaml.MappingNode {
		return &out, r.mapping(n, &out)
	}
	for _, below := range n.Content {
		one, err := r.copy(below)
		if err != nil {
			return nil, err
		}
		out.Content = append(out.Content, one)
	}
	return &out, nil
}

// mapping copies a mapping: its own keys win over what is merged, and of two
// merged mappings the first.
func (r resolver) mapping(n, out *yaml.Node) error {
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, err := r.copy(n.Content[i])
		if err != nil {
			return err
		}
		below, err := r.copy(n.Content[i+1])
		if err != nil {
			return err
		}
		switch {
		case n.Content[i].ShortTag() != "!!merge":
			out.Content = append(out.Content, key, below)
		case below.Kind == yaml.SequenceNode:
			merged = append(merged, below.Content...)
		default:
			merged = append(merged, below)
		}
	}
	for _, from := range merged {
		if from.Kind != yaml.MappingNode {
			return fmt.Errorf("line %d: what << merges is not a mapping of keys", from.Line)
		}
		for i := 0; i+1 < len(from.Content); i += 2 {
			if key, _ := entry(out, from.Content[i].Value); key == nil {
				out.Content = append(out.Content, from.Content[i], from.Content[i+1])
			}
		}
	}
	return nil
}
