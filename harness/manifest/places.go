package manifest

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
)

// line returns the line of a dotted key, or 0.
func (l layer) line(key string) int {
	node, line := l.node, 0
	for key != "" {
		head, rest := nearest(node, key)
		name, below := entryFold(node, head)
		if name == nil {
			return 0
		}
		line, node, key = name.Line+l.above, below, rest
	}
	return line
}

// misplaced returns a layer's keys at places that no server reads, without those of a template
// that aliases repeat elsewhere.
func (l layer) misplaced() []milvus.Misplacement {
	return milvus.Misplaced(withoutTemplates(l.node, l.tree))
}

// sections are the server's own in which a key may be misplaced, template or not.
var sections = []string{"common", "tls", "internaltls", "proxy", "grpc", "security", "http"}

func withoutTemplates(node *yaml.Node, plain map[string]any) map[string]any {
	if node == nil {
		return plain
	}
	out := map[string]any{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, below := node.Content[i].Value, node.Content[i+1]
		if templated(below) && !slices.ContainsFunc(sections, func(s string) bool { return strings.EqualFold(s, key) }) {
			continue
		}
		if v, is := plain[key]; is {
			out[key] = v
		}
	}
	return out
}

// templated reports whether a node or one below it is repeated by aliases.
func templated(node *yaml.Node) bool {
	return node.Anchor != "" || slices.ContainsFunc(node.Content, templated)
}

// place returns the line of a key in the layer that wins, or 0.
func (m *Manifest) place(key string) (file string, line int) {
	if s, is := m.settings()[key]; is {
		return s.file, s.line
	}
	for _, l := range slices.Backward(m.layers) {
		if line := l.line(key); line > 0 {
			return l.file, line
		}
	}
	return "", 0
}

// findAt is find for a key of the configuration; instead is the key that makes
// it wanted where it is not set.
func (m *Manifest) findAt(key, instead string, severity harness.Severity, what, advice string) {
	file, line := m.place(key)
	if line == 0 && instead != "" {
		file, line = m.place(instead)
	}
	m.Findings = append(m.Findings, Finding{File: file, Line: line, Severity: severity, What: what, Remediation: advice})
}
