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
)

// operator reads the resource that the Operator turns into pods. Its tool
// merges spec.config over the image's milvus.yaml before the server starts, so
// that every release reads it.
func (m *Manifest) operator(root *yaml.Node) error {
	m.Kind = Operator
	group, kind := text(value(root, "apiVersion")), text(value(root, "kind"))
	if kind != "Milvus" || group != "milvus.io/v1beta1" {
		return fmt.Errorf("its kind is %s of %s: what is read is kind Milvus of milvus.io/v1beta1, the chart's values and Compose files",
			orNothing(kind), orNothing(group))
	}
	spec := value(root, "spec")
	components := value(spec, "components")
	for _, at := range []struct {
		node  *yaml.Node
		where string
		known []string
	}{
		{root, "the resource", resourceKeys},
		{spec, "spec", specKeys},
		{components, "spec.components", componentsKeys},
	} {
		if err := m.level(at.node, at.where, at.known); err != nil {
			return err
		}
	}
	m.Image = text(value(components, "image"))

	var err error
	m.config = value(spec, "config")
	if m.Config, err = tree("spec.config", m.config); err != nil {
		return err
	}
	component := "standalone"
	if text(value(spec, "mode")) == "cluster" {
		component = "proxy"
	}
	// A component's volumes replace those of all, and its mounts come on top.
	volumes := value(components, "volumes")
	if own := value(components, component, "volumes"); own != nil {
		volumes = own
	}
	if err := m.volumes(volumes); err != nil {
		return err
	}
	if err := m.mounts(value(components, "volumeMounts")); err != nil {
		return err
	}
	return m.mounts(value(components, component, "volumeMounts"))
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
	for i := 0; i < len(node.Content); i += 2 {
		key := node.Content[i]
		if slices.Contains(known, key.Value) {
			continue
		}
		harm, advice := harness.HarmLow, "Take it out."
		if right := belongs(key.Value, ""); right != "" {
			harm, advice = harness.HarmGrave, fmt.Sprintf("Move it to %s.", right)
		}
		m.find(key.Line, harm, fmt.Sprintf("%s has no %s: it does nothing there.", where, key.Value), advice)
	}
	return nil
}

// belongs gives where in the Operator's resource a key should be that stands
// elsewhere; chart gives the place in the chart's values instead.
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
