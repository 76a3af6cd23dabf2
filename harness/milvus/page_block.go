package milvus

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ParsePageBlock reads a configuration that a page prints, as a person does who puts
// it into the stock file: a key without a value says nothing, and a key that is
// printed at the top level stays there. It fails in one line where the text is
// no YAML mapping.
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

// UnknownTopLevelKeys names the keys at the top level of a printed configuration that
// the stock file does not have there: a server looks for them elsewhere, or not
// at all.
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

// InMode returns a printed configuration in another mode, with the keys that are
// printed at the top level by mistake put where servers read them; it says
// what it changed.
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
