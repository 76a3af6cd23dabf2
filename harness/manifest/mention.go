package manifest

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness/milvus"
)

// A mention is a place in a file with the name of a TLS switch.
type mention struct {
	line int
	text string // of its scalar
}

// speaks reports whether a text names what switches TLS on, in any spelling.
func speaks(text string) bool {
	bare := strings.NewReplacer("_", "", ".", "", "-", "").Replace(strings.ToLower(text))
	return strings.Contains(bare, "tlsmode") || strings.Contains(bare, "internaltlsenabled")
}

// mentions returns every one of a document's.
func mentions(node *yaml.Node) (all []mention) {
	if node.Kind == yaml.ScalarNode && speaks(node.Value) {
		return []mention{{node.Line, node.Value}}
	}
	for _, below := range node.Content {
		all = append(all, mentions(below)...)
	}
	return all
}

// noteMentions adds every mention of a TLS switch outside of what was read to what was not
// examined: in a service that runs something else, or in a command. Without it a file could pass
// whose server has settings that were not seen.
func noteMentions(text []byte, servers []*Manifest) {
	roots, err := documents(text)
	if err != nil {
		return
	}
	var lines []int
	var texts []string
	for _, m := range servers {
		for _, one := range append([]*Manifest{m}, m.others...) {
			lines = append(lines, one.linesRead()...)
			texts = append(texts, one.texts...)
		}
	}
	for _, root := range roots {
		for _, at := range mentions(root) {
			if slices.Contains(lines, at.line) || slices.Contains(texts, at.text) {
				continue
			}
			for _, m := range servers {
				m.notRead(fmt.Sprintf("line %d, which speaks of TLS where no server reads it", at.line))
			}
		}
	}
}

// linesRead returns the lines of the manifest at which something was read.
func (m *Manifest) linesRead() (lines []int) {
	lines = slices.Clone(m.replaced)
	for _, l := range m.layers {
		if l.file != "" {
			continue
		}
		for key := range milvus.Flat(l.tree) {
			if canonical(key) != "" {
				lines = append(lines, l.line(key))
			}
		}
	}
	for name, v := range m.env {
		if key, _ := m.keyOf(name); key != "" && v.file == "" {
			lines = append(lines, v.line)
		}
	}
	for _, f := range m.Findings {
		if f.File == "" {
			lines = append(lines, f.Line)
		}
	}
	return lines
}
