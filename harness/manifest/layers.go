package manifest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness/milvus"
)

// A layer is one source of a server's configuration. Later layers win.
type layer struct {
	file  string // in which its lines count; "" for the manifest itself
	above int    // lines of that file above it
	node  *yaml.Node
	tree  map[string]any
	user  bool // a user.yaml, which some releases do not read
}

// A setting is what comes out of all layers for one key.
type setting struct {
	value    any
	file     string
	line     int
	variable string // the environment variable that it comes from
	unknown  string // why its value is not known
}

// A variable is an environment variable of the server's container. Its value is
// literal: quotes are part of it.
type variable struct {
	value   string
	file    string
	line    int
	unknown string // why its value is not known
}

func readLayer(what string, node *yaml.Node, in layer) (layer, error) {
	var err error
	in.node = node
	in.tree, err = tree(what, node)
	return in, err
}

func textLayer(what, content string, in layer) (layer, error) {
	in.tree = map[string]any{}
	if strings.TrimSpace(content) == "" {
		return in, nil
	}
	root, err := serverDocument([]byte(content))
	if err != nil && strings.HasSuffix(err.Error(), "it is empty") {
		return in, nil
	}
	if err != nil {
		return in, fmt.Errorf("%s: %w", what, err)
	}
	return readLayer(what, root, in)
}

// above returns how many lines are above a text inside a file: a block begins below its key, and
// a quoted text on the same line.
func above(node *yaml.Node) int {
	if node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return node.Line
	}
	return node.Line - 1
}

// settings returns what the manifest configures by its canonical keys. What the
// release is does not count here: whether it reads user.yaml is a finding.
func (m *Manifest) settings() map[string]setting {
	all := map[string]setting{}
	for _, l := range m.layers {
		for key, value := range milvus.Flat(l.tree) {
			known := canonical(key)
			if known == "" {
				continue
			}
			s := setting{value: value, file: l.file, line: l.line(key)}
			all[known] = s
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.env)) {
		v := m.env[name]
		if key, _ := m.keyOf(name); key != "" {
			all[key] = setting{value: literal(v.value), file: v.file, line: v.line, variable: name, unknown: v.unknown}
		}
	}
	return all
}

// canonical returns a key in the spelling of the lists, or "".
func canonical(key string) string {
	for _, k := range milvus.TLSKeys {
		if strings.EqualFold(k.Key, key) {
			return k.Key
		}
	}
	for _, k := range backendKeys {
		if strings.EqualFold(k, key) {
			return k
		}
	}
	if cluster := clusterKey(key); cluster != "" {
		return cluster
	}
	return ""
}

// keyOf returns the key that an environment variable sets, and whether it only looks like one.
func (m *Manifest) keyOf(name string) (key string, odd bool) {
	key, odd = milvus.KeyOf(name, m.Release())
	if key != "" || odd {
		return key, odd
	}
	bare := strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, "MILVUS_CONF_")), "_", "")
	for _, k := range backendKeys {
		if strings.ReplaceAll(strings.ToLower(k), ".", "") == bare {
			return k, false
		}
	}
	return "", speaks(name)
}

// literal reads an environment variable's value: a number and a switch as such,
// all else as the text that it is. No quote is taken off.
func literal(text string) any {
	if n, err := strconv.Atoi(text); err == nil && strconv.Itoa(n) == text {
		return n
	}
	switch text {
	case "true":
		return true
	case "false":
		return false
	}
	return text
}

// on parses a switch as the server does, in Go: 1, t and TRUE are true. Any unknown value is
// false, whatever the default (read in the releases' configuration code).
func on(s setting, otherwise bool) bool {
	if s.value == nil {
		return otherwise
	}
	b, err := strconv.ParseBool(fmt.Sprint(s.value))
	return err == nil && b
}
