package manifest

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
)

// What the Operator's resource has at the levels at which things are put by
// mistake (read in the Operator's types, v1beta1).
var (
	resourceKeys  = []string{"apiVersion", "kind", "metadata", "spec", "status"}
	specKeys      = []string{"mode", "components", "dependencies", "config", "hookConfig"}
	componentKeys = []string{
		"paused", "podLabels", "podAnnotations", "image", "version", "commands", "runWithSubProcess", "imagePullPolicy",
		"imagePullSecrets", "env", "schedulerName", "nodeSelector", "affinity", "tolerations", "topologySpreadConstraints",
		"resources", "volumeMounts", "volumes", "serviceAccountName", "priorityClassName", "hostNetwork", "dnsPolicy",
		"probes", "securityContext",
	}
	componentsKeys = slices.Concat(componentKeys, []string{
		"targetPortType", "imageUpdateMode", "enableRollingUpdate", "disableMetric", "metricInterval", "metricLabels",
		"toolImage", "dummyImage", "updateToolImage", "updateConfigMapOnly", "rollingMode", "enableManualMode",
		"activeConfigMap", "runAsNonRoot", "streamingMode",
		"proxy", "mixCoord", "rootCoord", "indexCoord", "dataCoord", "queryCoord", "indexNode", "dataNode", "queryNode",
		"streamingNode", "standalone", "cdc",
	})
	oneComponentKeys = slices.Concat(componentKeys, []string{"replicas", "sidecars", "initContainers", "groups"})
	serviceKeys      = slices.Concat(oneComponentKeys, []string{
		"serviceType", "port", "serviceRestfulPort", "serviceLabels", "serviceAnnotations", "ingress",
	})
	// operatorPods are the components, by the role that each plays.
	operatorPods = []struct{ key, role string }{
		{"standalone", "standalone"}, {"proxy", "proxy"}, {"mixCoord", "mixcoord"}, {"rootCoord", "rootcoord"}, {"indexCoord", "indexcoord"},
		{"dataCoord", "datacoord"}, {"queryCoord", "querycoord"}, {"indexNode", "indexnode"}, {"dataNode", "datanode"},
		{"queryNode", "querynode"}, {"streamingNode", "streamingnode"}, {"cdc", "cdc"},
	}
)

// operator reads the resource that the Operator turns into pods. Its tool
// merges spec.config over the image's milvus.yaml before the server starts, so
// that every release reads it.
func (m *Manifest) operator(root *yaml.Node) error {
	spec := value(root, "spec")
	components := value(spec, "components")
	if err := m.levels(root, spec, components); err != nil {
		return err
	}
	config := value(spec, "config")
	l, err := readLayer("spec.config", config, layer{})
	if err != nil {
		return err
	}
	m.layers = []layer{l}
	if name, active := entry(components, "activeConfigMap"); text(active) != "" {
		m.blind = true
		m.notRead(fmt.Sprintf("the ConfigMap %s (activeConfigMap, line %d), which the pods mount instead of the Operator's own", active.Value, name.Line))
	}
	own := "standalone"
	if text(value(spec, "mode")) == "cluster" {
		own = "proxy"
	}
	m.Role = own
	if err := m.operatorPod(components, own); err != nil {
		return err
	}
	for _, pod := range operatorPods {
		if own != "proxy" || pod.key == own || pod.key == "standalone" || !deployed(components, pod.key) {
			continue
		}
		other := &Manifest{Kind: Operator, File: m.File, Name: pod.key, Role: pod.role, Secrets: m.Secrets, allSecrets: m.allSecrets, ConfigMaps: m.ConfigMaps, env: map[string]variable{}}
		if err := other.operatorPod(components, pod.key); err != nil {
			return err
		}
		m.others = append(m.others, other)
	}
	m.ingress(value(components, own, "ingress"), nil)
	m.serviceAnnotations(value(components, own, "serviceAnnotations"))
	return nil
}

// deployed reports whether a cluster has a component: the separate coordinators
// and the index node only where they are asked for.
func deployed(components *yaml.Node, key string) bool {
	return slices.Contains([]string{"mixCoord", "queryNode", "dataNode", "streamingNode"}, key) || value(components, key) != nil
}

// levels finds what the Operator does not know, level by level.
func (m *Manifest) levels(root, spec, components *yaml.Node) error {
	type level struct {
		node  *yaml.Node
		where string
		known []string
	}
	all := []level{
		{root, "the resource", resourceKeys}, {spec, "spec", specKeys}, {components, "spec.components", componentsKeys},
	}
	for _, pod := range operatorPods {
		known := oneComponentKeys
		if pod.key == "standalone" || pod.key == "proxy" {
			known = serviceKeys
		}
		all = append(all, level{value(components, pod.key), "spec.components." + pod.key, known})
	}
	for _, at := range all {
		if err := m.level(at.node, at.where, at.known); err != nil {
			return err
		}
	}
	return nil
}

// operatorPod reads what the pod of one component has: its own image, its own
// volumes instead of those of all, and its own mounts and variables over those.
func (m *Manifest) operatorPod(components *yaml.Node, component string) error {
	own := value(components, component)
	m.Image = text(value(components, "image"))
	if image := text(value(own, "image")); image != "" {
		m.Image = image
	}
	volumes := value(components, "volumes")
	if v := value(own, "volumes"); v != nil && len(v.Content) > 0 {
		volumes = v
	}
	if err := m.volumes(volumes); err != nil {
		return err
	}
	for _, from := range []*yaml.Node{components, own} {
		if err := m.mounts(value(from, "volumeMounts")); err != nil {
			return err
		}
		if err := m.envList(value(from, "env")); err != nil {
			return err
		}
	}
	m.operatorUser(components)
	return nil
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// level finds what the Operator does not know at a level. The API server drops
// it, or refuses the resource where kubectl asks it to be strict.
func (m *Manifest) level(node *yaml.Node, where string, known []string) error {
	if err := mapping(where, node); err != nil || node == nil {
		return err
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if slices.Contains(known, key.Value) {
			continue
		}
		severity, advice := harness.SeverityLow, "Take it out."
		if right := belongs(key.Value, ""); right != "" {
			severity, advice = harness.SeverityCritical, fmt.Sprintf("Move it to %s.", right)
		}
		m.find(key.Line, severity, fmt.Sprintf("%s has no %s: it does nothing there.", where, key.Value), advice)
	}
	return nil
}

// belongs returns where in the Operator's resource a misplaced key should be; chart returns the
// place in the chart's values instead.
func belongs(key, chart string) string {
	switch strings.ToLower(key) {
	case "volumes", "volumemounts":
		if chart != "" {
			return "the top of the values"
		}
		return "spec.components"
	case "config", "tls", "internaltls", "common", "security", "tlsmode", "http":
		if chart != "" {
			return chart
		}
		if key == "config" {
			return "spec"
		}
		return "spec.config"
	case "proxy", "standalone":
		return "spec.components or, as configuration, spec.config"
	}
	return ""
}
