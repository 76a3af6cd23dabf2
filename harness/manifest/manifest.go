// Package manifest reads what people deploy Milvus with (the Operator's
// resource, the chart's values, a Compose file), says what the server in it
// would see, and finds what it would not: a key in the wrong place is no error
// to a cluster, and a server goes on with its image's defaults without a word.
package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
)

// Kind is what a manifest is written for.
type Kind string

// The kinds.
const (
	Operator Kind = "Operator resource"
	Chart    Kind = "chart values"
	Compose  Kind = "Compose file"
)

// A Manifest is what the server's container sees of a file.
type Manifest struct {
	Kind  Kind
	File  string
	Image string // the image that it names; empty where it names none

	// Config is merged over the image's milvus.yaml before the server starts:
	// the Operator's own tool does so. User stands beside milvus.yaml as
	// user.yaml, which the release merges or ignores; HasUser tells whether
	// there is one.
	Config, User map[string]any
	HasUser      bool

	Volumes []corev1.Volume
	Mounts  []corev1.VolumeMount
	Secrets []corev1.Secret // what Read was given

	Findings []Finding

	// What configures the server, and how many lines of the file stand above
	// it, so that a finding about a key can name its line.
	config *yaml.Node
	above  int
}

// MaxSize is how long a manifest may be, in bytes. The largest values file of the chart
// itself is a tenth of it.
const MaxSize = 1 << 20

// Read reads a manifest and finds what is wrong with it. The secrets are those
// that the cluster has, so that a key that is missing is found; without any,
// what is in a secret is not looked at. An error means that it is no manifest
// for Milvus at all.
func Read(file string, text []byte, secrets ...corev1.Secret) (Manifest, error) {
	m := Manifest{File: file, Secrets: secrets}
	root, err := document(text)
	if err != nil {
		return Manifest{}, fmt.Errorf("read %s: %w", file, err)
	}
	switch {
	case value(root, "apiVersion") != nil || value(root, "kind") != nil:
		err = m.operator(root)
	case value(root, "services") != nil:
		err = m.compose(root)
	default:
		err = m.chart(root)
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("read %s: %w", file, err)
	}
	m.checkVolumes()
	m.checkConfig()
	m.sort()
	return m, nil
}

// document gives the one mapping that a text holds.
func document(text []byte) (*yaml.Node, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("it is larger than %d KB, which no manifest is", MaxSize>>10)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	switch err := decoder.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("it is empty")
	case err != nil:
		return nil, fmt.Errorf("it is not YAML: %s", oneLine(err))
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, errors.New("it holds more than one document: give the Milvus resource alone")
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, errors.New("it is not a mapping of keys, so it configures nothing")
	}
	var plain map[string]any
	if err := root.Decode(&plain); err != nil { // a key that is there twice, say
		return nil, fmt.Errorf("it is not sound YAML: %s", oneLine(err))
	}
	return root, nil
}

func oneLine(err error) string {
	return strings.TrimPrefix(strings.Join(strings.Fields(err.Error()), " "), "yaml: ")
}

// value gives what stands under keys, one below the other, or nil.
func value(node *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		_, node = entry(node, key)
	}
	return node
}

// entry gives a key's own node and its value's, or nil for both.
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

// text gives a scalar, or "".
func text(node *yaml.Node) string {
	if node == nil || node.Kind != yaml.ScalarNode || node.Tag == "!!null" {
		return ""
	}
	return node.Value
}

// mapping tells of what should be a mapping and is none; null is an empty one.
func mapping(what string, node *yaml.Node) error {
	if node == nil || node.Kind == yaml.MappingNode || node.Tag == "!!null" {
		return nil
	}
	return fmt.Errorf("line %d: %s is not a mapping of keys", node.Line, what)
}

// tree gives a mapping as a map; null is an empty one.
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
