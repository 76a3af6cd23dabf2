package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	k8s "sigs.k8s.io/yaml"
)

// An object is a Kubernetes resource in a file.
type object struct {
	group, kind, name string
	node              *yaml.Node
}

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

// objects reads the Milvus resources and the workloads that run Milvus, with the Secrets and
// ConfigMaps in the same file.
func objects(roots []*yaml.Node, fresh func(Kind) *Manifest) ([]*Manifest, error) {
	all, err := list(roots)
	if err != nil {
		return nil, err
	}
	var servers []*Manifest
	var kinds []string
	beside := fresh(Pod)
	beside.inside = map[string]int{}
	for _, o := range all {
		if err := beside.keep(o); err != nil {
			return nil, err
		}
	}
	printed := slices.ContainsFunc(roots, printsSecrets)
	for _, o := range all {
		m := fresh(Pod)
		m.allSecrets = m.allSecrets || printed
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

// printsSecrets reports whether a document is what kubectl prints of a namespace, its
// Secrets included: then there are no others.
func printsSecrets(root *yaml.Node) bool {
	items := value(root, "items")
	return items != nil && strings.HasSuffix(text(value(root, "kind")), "List") &&
		slices.ContainsFunc(items.Content, func(item *yaml.Node) bool { return text(value(item, "kind")) == "Secret" })
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

// object reads one resource, and reports whether it runs Milvus.
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
	var tree any
	if k8s.Unmarshal(text, &tree) != nil {
		// The encoder spoils some texts of several lines (seen on the scripts of
		// Pulsar's chart): JSON has none.
		if err := node.Decode(&tree); err != nil {
			return errors.New(oneLine(err))
		}
		if text, err = json.Marshal(tree); err != nil {
			return err
		}
	}
	if err := k8s.Unmarshal(text, to); err != nil {
		return errors.New(strings.TrimPrefix(oneLine(err), "error unmarshaling JSON: while decoding JSON: "))
	}
	return nil
}
