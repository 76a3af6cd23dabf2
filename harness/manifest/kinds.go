package manifest

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	k8s "sigs.k8s.io/yaml"
)

// What tells the server's own configuration from chart values: sections of
// milvus.yaml that no chart has at its top (read in the stock files of 2.2 to
// 3.0), and keys of sections that both have.
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
	new := func(kind Kind) *Manifest {
		return &Manifest{Kind: kind, File: file, Secrets: o.Secrets, env: map[string]variable{}}
	}
	first := roots[0]
	switch {
	case slices.ContainsFunc(roots, isObject):
		return objects(roots, new)
	case len(roots) > 1:
		return nil, errors.New("it holds more than one document, and no Kubernetes resource: give one of them alone")
	case value(first, "services") != nil:
		return compose(file, first)
	case bitnami(first):
		return nil, errors.New("these are the values of Bitnami's chart, whose templates are not known here: check what `helm template` prints with them")
	}
	charts, err := chartParts(first)
	switch {
	case err != nil:
		return nil, err
	case len(charts) == 0 && isServer(first):
		m := new(Config)
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
		m := new(Chart)
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

// isObject tells whether a document is a Kubernetes resource.
func isObject(root *yaml.Node) bool {
	return value(root, "apiVersion") != nil || value(root, "kind") != nil && value(root, "services") == nil
}

func isServer(root *yaml.Node) bool {
	return slices.ContainsFunc(serverSections, func(key string) bool { n, _ := entryFold(root, key); return n != nil }) ||
		slices.ContainsFunc(serverKeys, func(keys []string) bool { return value(root, keys...) != nil })
}

// bitnami tells the values of Bitnami's chart by what only they have (read in
// its values.yaml, 1.0 to 13.0).
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

// chartParts gives the values of the Milvus chart, by the name of the subchart
// that they stand under: "" for values of the chart itself.
func chartParts(root *yaml.Node) (map[string]*yaml.Node, error) {
	own := func(n *yaml.Node) bool {
		return slices.ContainsFunc(ownValues, func(key string) bool { return value(n, key) != nil })
	}
	if own(root) {
		return map[string]*yaml.Node{"": root}, nil
	}
	parts := map[string]*yaml.Node{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		below := root.Content[i+1]
		if name := root.Content[i].Value; own(below) && (strings.Contains(strings.ToLower(name), "milvus") || value(below, "extraConfigFiles") != nil) {
			parts[name] = below
		}
	}
	return parts, nil
}

// An object is a Kubernetes resource in a file.
type object struct {
	group, kind, name string
	node              *yaml.Node
}

// list gives the resources of documents, those of Lists one by one.
func list(roots []*yaml.Node) (all []object, err error) {
	for _, root := range roots {
		kind := text(value(root, "kind"))
		items := value(root, "items")
		if strings.HasSuffix(kind, "List") && items != nil {
			if items.Kind != yaml.SequenceNode {
				return nil, fmt.Errorf("line %d: the items of a %s are no list", items.Line, kind)
			}
			below, err := list(items.Content)
			if err != nil {
				return nil, err
			}
			all = append(all, below...)
			continue
		}
		all = append(all, object{text(value(root, "apiVersion")), kind, text(value(root, "metadata", "name")), root})
	}
	return all, nil
}

// objects reads the Milvus resources and the workloads that run Milvus, with
// the Secrets and ConfigMaps that stand beside them.
func objects(roots []*yaml.Node, new func(Kind) *Manifest) ([]*Manifest, error) {
	all, err := list(roots)
	if err != nil {
		return nil, err
	}
	var servers []*Manifest
	var kinds []string
	beside := new(Pod)
	beside.inside = map[string]int{}
	for _, o := range all {
		if err := beside.keep(o); err != nil {
			return nil, err
		}
	}
	for _, o := range all {
		m := new(Pod)
		m.Name, m.Secrets, m.ConfigMaps, m.inside = o.name, beside.Secrets, beside.ConfigMaps, beside.inside
		is, err := m.object(o)
		if err != nil {
			return nil, err
		}
		if is {
			servers = append(servers, m)
			continue
		}
		kinds = append(kinds, fmt.Sprintf("%s of %s", orNothing(o.kind), orNothing(o.group)))
	}
	if len(servers) == 0 {
		slices.Sort(kinds)
		return nil, fmt.Errorf("it holds %s, and nothing that runs Milvus: its kind must be Milvus of milvus.io/v1beta1, or a workload with a container that does",
			strings.Join(slices.Compact(kinds), ", "))
	}
	servers = components(servers)
	ingresses(servers[0], all)
	return servers, nil
}

// keep keeps what other resources refer to.
func (m *Manifest) keep(o object) error {
	switch {
	case o.kind == "Secret" && o.group == "v1":
		var s corev1.Secret
		if err := into(o.node, &s); err != nil {
			return fmt.Errorf("line %d: the Secret %s: %w", o.node.Line, o.name, err)
		}
		m.Secrets = append(slices.Clone(m.Secrets), s)
	case o.kind == "ConfigMap" && o.group == "v1":
		var c corev1.ConfigMap
		if err := into(o.node, &c); err != nil {
			return fmt.Errorf("line %d: the ConfigMap %s: %w", o.node.Line, o.name, err)
		}
		m.ConfigMaps = append(m.ConfigMaps, c)
		if data := value(o.node, "data"); data != nil {
			for i := 1; i < len(data.Content); i += 2 {
				m.inside[data.Content[i].Value] = above(data.Content[i])
			}
		}
	}
	return nil
}

// object reads one resource, and tells whether it runs Milvus.
func (m *Manifest) object(o object) (bool, error) {
	switch {
	case o.kind == "Milvus" && o.group == "milvus.io/v1beta1":
		m.Kind = Operator
		return true, m.operator(o.node)
	case o.kind == "Milvus" && strings.HasPrefix(o.group, "kubedb.com/"):
		return false, errors.New("it is KubeDB's resource, and what its operator makes of it is not known here: check what `kubectl get petset,deployment,configmap -o yaml` prints")
	case slices.Contains([]string{"Milvus", "MilvusCluster"}, o.kind):
		return false, fmt.Errorf("its kind is %s of %s: what is read is kind Milvus of milvus.io/v1beta1", o.kind, orNothing(o.group))
	}
	return m.workload(o)
}

// into decodes a node with the types of Kubernetes. What they do not know is
// left out, as a cluster does with what it prints itself.
func into(node *yaml.Node, to any) error {
	text, err := yaml.Marshal(node)
	if err != nil {
		return err
	}
	if err := k8s.Unmarshal(text, to); err != nil {
		return errors.New(strings.TrimPrefix(oneLine(err), "error unmarshaling JSON: while decoding JSON: "))
	}
	return nil
}
