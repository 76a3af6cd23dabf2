package manifest

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// What distinguishes the server's own configuration from chart values: sections of milvus.yaml
// that no chart has at its top (read in the stock files of 2.2 to 3.0), and keys of sections
// that both have.
var (
	serverSections = []string{
		"common", "tls", "internaltls", "rootCoord", "dataCoord", "queryCoord", "indexCoord", "mixCoord", "grpc", "localStorage",
		"quotaAndLimits", "trace", "mq", "metastore", "tikv", "rocksmq", "natsmq", "msgChannel", "gpu", "autoIndex", "knowhere",
	}
	serverKeys = [][]string{
		{"proxy", "port"}, {"proxy", "http"}, {"proxy", "internalPort"}, {"etcd", "endpoints"}, {"etcd", "rootPath"}, {"etcd", "ssl"},
		{"minio", "address"}, {"minio", "useSSL"}, {"minio", "ssl"}, {"kafka", "ssl"}, {"kafka", "brokerList"}, {"pulsar", "address"},
	}
)

// read finds out what a file is, and reads the servers in it.
func read(file string, text []byte, o Options) ([]*Manifest, error) {
	roots, err := documents(text)
	if err != nil {
		return nil, err
	}
	for _, root := range roots {
		printed(root)
	}
	fresh := func(kind Kind) *Manifest {
		return &Manifest{Kind: kind, File: file, Secrets: o.Secrets, allSecrets: len(o.Secrets) > 0, env: map[string]variable{}}
	}
	first := roots[0]
	switch {
	case slices.ContainsFunc(roots, isObject):
		return objects(roots, fresh)
	case len(roots) > 1:
		return nil, errors.New("it holds more than one document, and no Kubernetes resource: give one of them alone")
	case value(first, "services") != nil:
		return compose(file, first)
	case bitnami(first):
		return nil, errors.New("these are the values of Bitnami's chart, whose templates are not known here: check what `helm template` prints with them")
	}
	charts := chartParts(first)
	switch {
	case len(charts) == 0 && isServer(first):
		m := fresh(Config)
		m.Name = filepath.Base(file)
		l, err := readLayer("the configuration", first, layer{})
		m.layers = []layer{l}
		return []*Manifest{m}, err
	case len(charts) == 0:
		return nil, fmt.Errorf("it has none of the keys that tell the Milvus chart's values (such as %s), milvus.yaml (such as %s) or a Compose file (services): say what it is with these, or check what `helm template` prints",
			strings.Join(ownValues[:3], ", "), strings.Join(serverSections[:3], ", "))
	}
	var all []*Manifest
	for _, name := range slices.Sorted(maps.Keys(charts)) {
		m := fresh(Chart)
		m.Name = name
		if name != "" {
			m.notRead("the values of the charts around " + name)
		}
		if err := m.chart(charts[name], o.Chart); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// printed takes the heading away that `helm get values` prints above the values.
func printed(root *yaml.Node) {
	for _, heading := range []string{"USER-SUPPLIED VALUES", "COMPUTED VALUES"} {
		if len(root.Content) >= 2 && root.Content[0].Value == heading {
			root.Content = root.Content[2:]
		}
	}
}

func isObject(root *yaml.Node) bool {
	return value(root, "apiVersion") != nil || value(root, "kind") != nil && value(root, "services") == nil
}

func isServer(root *yaml.Node) bool {
	return slices.ContainsFunc(serverSections, func(key string) bool { n, _ := entryFold(root, key); return n != nil }) ||
		slices.ContainsFunc(serverKeys, func(keys []string) bool { return value(root, keys...) != nil })
}

// bitnami recognises the values of Bitnami's chart by keys that only they have (read in its
// values.yaml, 1.0 to 13.0).
func bitnami(root *yaml.Node) bool {
	for _, keys := range [][]string{
		{"proxy", "tls", "existingSecret"}, {"proxy", "tls", "mode"}, {"milvus", "auth"}, {"milvus", "existingConfigMap"}, {"milvus", "defaultConfig"},
		{"milvus", "extraConfig"}, {"dataNode", "replicaCount"}, {"queryNode", "replicaCount"}, {"proxy", "replicaCount"}, {"dataCoord", "replicaCount"},
	} {
		if value(root, keys...) != nil {
			return true
		}
	}
	return false
}

// chartParts returns the values of the Milvus chart, by the name of the subchart they are under:
// "" for the chart itself.
func chartParts(root *yaml.Node) map[string]*yaml.Node {
	own := func(n *yaml.Node) bool {
		return slices.ContainsFunc(ownValues, func(key string) bool { return value(n, key) != nil })
	}
	if own(root) {
		return map[string]*yaml.Node{"": root}
	}
	parts := map[string]*yaml.Node{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		below := root.Content[i+1]
		if name := root.Content[i].Value; own(below) && (strings.Contains(strings.ToLower(name), "milvus") || value(below, "extraConfigFiles") != nil) {
			parts[name] = below
		}
	}
	return parts
}
