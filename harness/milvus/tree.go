package milvus

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// set puts a value under a dotted key, or takes the key out where the value is
// nil.
func set(tree map[string]any, key string, value any) {
	head, rest, nested := strings.Cut(key, ".")
	if !nested {
		if value == nil {
			delete(tree, head)
			return
		}
		tree[head] = value
		return
	}
	child, ok := tree[head].(map[string]any)
	if !ok {
		child = map[string]any{}
		tree[head] = child
	}
	set(child, rest, value)
}

// scalar parses a setting's text as YAML does: 3 is a number, two is a string.
func scalar(text string) any {
	var v any
	if yaml.Unmarshal([]byte(text), &v) != nil {
		return text
	}
	return v
}

func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}
