package milvus

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ParsePageBlock reads a configuration block of a page as a person would copy it into the stock
// file: a key without a value changes nothing, and a key printed at the top level stays there.
// The error for text that is not a YAML mapping is one line.
func ParsePageBlock(text []byte) ([]byte, error) {
	tree := map[string]any{}
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return nil, errors.New("the block is no YAML that a server can read: " + strings.Join(strings.Fields(err.Error()), " "))
	}
	prune(tree)
	return yaml.Marshal(tree)
}

// prune takes out what has no value.
func prune(tree map[string]any) {
	for key, value := range tree {
		below, nested := value.(map[string]any)
		if nested {
			prune(below)
		}
		if value == nil || nested && len(below) == 0 {
			delete(tree, key)
		}
	}
}

// UnknownTopLevelKeys names the top-level keys of a block that the stock file does not have
// there, so that a server ignores them.
func UnknownTopLevelKeys(stock, printed []byte) (names []string) {
	known, err := Parse("stock milvus.yaml", stock)
	block := map[string]any{}
	if err != nil || len(known) == 0 || yaml.Unmarshal(printed, &block) != nil {
		return nil
	}
	for key := range block {
		if _, is := known[key]; !is {
			names = append(names, key)
		}
	}
	slices.Sort(names)
	return names
}

// misplaced are keys that a page may print at the top level by mistake, and
// where servers read them.
var misplaced = []string{"tlsMode", "internaltlsEnabled"}

// InMode returns a block changed to another mode, with misplaced top-level keys moved to where
// servers read them, and lists the changes.
func InMode(text []byte, mode int) (config []byte, changed []string, err error) {
	printed, err := ParsePageBlock(text)
	if err != nil {
		return nil, nil, err
	}
	tree, err := Parse("printed configuration", printed)
	if err != nil {
		return nil, nil, err
	}
	const modeKey = "common.security.tlsMode"
	for _, key := range misplaced {
		if value, is := tree[key]; is {
			delete(tree, key)
			set(tree, "common.security."+key, value)
			changed = append(changed, key+" put below common.security")
		}
	}
	if value, _ := Lookup(tree, modeKey); value != mode {
		changed = append(changed, fmt.Sprintf("tlsMode set to %d", mode))
	}
	set(tree, modeKey, mode)
	config, err = yaml.Marshal(tree)
	return config, changed, err
}
