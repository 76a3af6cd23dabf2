package manifest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
)

// The values of the chart (read in its templates and values.yaml, 4.0 to
// 5.0.19). Without one of those that no other chart has, values are another
// chart's.
var (
	ownValues = []string{
		"cluster", "extraConfigFiles", "customConfigMap", "standalone", "mixCoordinator", "rootCoordinator", "queryCoordinator",
		"indexCoordinator", "dataCoordinator", "attu", "pulsarv3", "heaptrack", "externalS3", "externalEtcd", "externalPulsar",
		"externalKafka", "replicaResourceGroups",
	}
	commonValues = []string{
		"queryNode", "indexNode", "dataNode", "streamingNode", "streaming", "woodpecker",
		"nameOverride", "fullnameOverride", "image", "nodeSelector", "tolerations", "affinity", "securityContext",
		"containerSecurityContext", "topologySpreadConstraints", "labels", "annotations", "volumes", "volumeMounts", "service",
		"ingress", "serviceAccount", "metrics", "livenessProbe", "readinessProbe", "log", "proxy", "minio", "etcd", "pulsar", "kafka",
		"externalGcs", "tei", "cdc", "global",
	}
	// valuesSince are the values that older charts do not read, with the first
	// version that does.
	valuesSince = map[string]string{
		"volumes": "4.2.31", "volumeMounts": "4.2.31", "containerSecurityContext": "4.2.50", "replicaResourceGroups": "5.0.17",
	}
	// chartPods are the components of a cluster, by the role that each plays.
	// The chart reads volumes of the proxy's own, and of no other component.
	chartPods = []struct{ value, role string }{
		{"proxy", "proxy"}, {"mixCoordinator", "mixcoord"}, {"queryNode", "querynode"}, {"dataNode", "datanode"}, {"streamingNode", "streamingnode"},
	}
)

const userFile = "user.yaml"

// chart reads the values of the chart. The pod gets extraConfigFiles.user.yaml as a file next to
// milvus.yaml, and only the release itself merges the two. (Charts before 4.2.0, the ones for
// 2.2 and 2.3, brought a tool that did: read in the chart's README and templates.)
func (m *Manifest) chart(root *yaml.Node, version string) error {
	if version != "" {
		if _, err := semver.NewVersion(version); err != nil {
			return fmt.Errorf("%q is no version of a chart: write it as 5.0.19", version)
		}
	}
	m.Merged = version != "" && olderThan(version, "4.2.0")
	m.values(root, version)
	if tag := text(value(root, "image", "all", "tag")); tag != "" {
		m.Image = text(value(root, "image", "all", "repository")) + ":" + tag
	}
	if err := m.userConfig(root); err != nil {
		return err
	}
	pods := chartPods
	if text(value(root, "cluster", "enabled")) == "false" {
		pods = []struct{ value, role string }{{"standalone", "standalone"}}
	}
	m.Role = pods[0].role
	if err := m.chartPod(root, pods[0].value, version); err != nil {
		return err
	}
	for _, pod := range pods[1:] {
		other := &Manifest{Kind: Chart, File: m.File, Name: pod.value, Image: m.Image, Role: pod.role, Secrets: m.Secrets, allSecrets: m.allSecrets, env: map[string]variable{}}
		if err := other.chartPod(root, pod.value, version); err != nil {
			return err
		}
		m.others = append(m.others, other)
	}
	if name, enabled := entry(value(root, "proxy", "tls"), "enabled"); text(enabled) == "true" {
		m.onlySecret = name.Line
	}
	m.misplacedVolumes(root)
	m.ingress(value(root, "ingress"), value(root, "ingress", "enabled"))
	m.serviceAnnotations(value(root, "service", "annotations"))
	return nil
}

func (m *Manifest) values(root *yaml.Node, version string) {
	for i := 0; i < len(root.Content); i += 2 {
		key, below := root.Content[i], root.Content[i+1]
		since, has := valuesSince[key.Value]
		switch {
		case has && version != "" && olderThan(version, since):
			m.find(key.Line, harness.SeverityHigh, fmt.Sprintf("The chart %s does not read %s at the top of the values: it does nothing, and Helm does not say so.", version, key.Value),
				fmt.Sprintf("Use the chart %s or later.", since))
		case slices.Contains(ownValues, key.Value) || slices.Contains(commonValues, key.Value) || templated(below):
		case m.Name != "" && (key.Value == "enabled" || key.Value == "tags"): // which the chart around it reads
		default:
			severity, advice := harness.SeverityLow, "Take it out, or look it up in the chart's own values.yaml."
			if right := belongs(key.Value, "the text of extraConfigFiles."+userFile); right != "" {
				severity, advice = harness.SeverityCritical, fmt.Sprintf("Move it to %s.", right)
			}
			m.find(key.Line, severity, fmt.Sprintf("The chart has no value %s: it does nothing, and Helm does not say so.", key.Value), advice)
		}
	}
}

func (m *Manifest) chartPod(root *yaml.Node, component, version string) error {
	m.chartUser(root, component)
	if err := m.envList(value(root, component, "extraEnv")); err != nil {
		return err
	}
	from := []*yaml.Node{root}
	if version != "" && olderThan(version, "4.2.31") {
		from = nil
	}
	if component == "proxy" {
		from = append([]*yaml.Node{value(root, component)}, from...)
	}
	for _, node := range from {
		if err := m.volumes(value(node, "volumes")); err != nil {
			return err
		}
		if err := m.mounts(value(node, "volumeMounts")); err != nil {
			return err
		}
	}
	return nil
}

func (m *Manifest) userConfig(root *yaml.Node) error {
	if name, custom := entry(root, "customConfigMap"); text(custom) != "" {
		m.blind = true
		m.notRead(fmt.Sprintf("milvus.yaml in the ConfigMap %s, which configures the server", custom.Value))
		severity, what := harness.SeverityMedium, "what TLS the server has is not known here"
		if value(root, "extraConfigFiles") != nil {
			severity, what = harness.SeverityCritical, "the chart mounts that ConfigMap and drops extraConfigFiles, TLS included"
		}
		m.find(name.Line, severity, fmt.Sprintf("customConfigMap is %s: %s.", custom.Value, what),
			"Take customConfigMap out, or configure TLS in that ConfigMap's milvus.yaml and check that.")
		return nil
	}
	files := value(root, "extraConfigFiles")
	if err := mapping("extraConfigFiles", files); err != nil || files == nil {
		return err
	}
	for i := 0; i+1 < len(files.Content); i += 2 {
		if name := files.Content[i]; name.Value != userFile && belongs(name.Value, "") != "spec.components" {
			m.find(name.Line, harness.SeverityCritical, fmt.Sprintf("extraConfigFiles.%s is a file that no server reads.", name.Value),
				"Call it "+userFile+".")
		}
	}
	user := value(files, userFile)
	switch {
	case user == nil || user.Tag == "!!null":
		return nil
	case user.Kind != yaml.ScalarNode:
		return fmt.Errorf("line %d: extraConfigFiles.%s is a mapping: the chart wants the file's text (write | after the colon)", user.Line, userFile)
	}
	m.HasUser = true
	m.texts = append(m.texts, user.Value)
	l, err := textLayer("extraConfigFiles."+userFile, user.Value, layer{above: above(user), user: true})
	m.layers = append(m.layers, l)
	return err
}

func (m *Manifest) misplacedVolumes(root *yaml.Node) {
	sections := []string{
		"extraConfigFiles", "cluster", "image", "standalone", "mixCoordinator", "rootCoordinator", "queryCoordinator", "indexCoordinator",
		"dataCoordinator", "queryNode", "dataNode", "indexNode", "streamingNode",
	}
	if m.Role == "standalone" {
		sections = append(sections, "proxy")
	}
	for _, section := range sections {
		for _, what := range []string{"volumes", "volumeMounts", "extraVolumes", "extraVolumeMounts"} {
			if name, _ := entry(value(root, section), what); name != nil {
				m.find(name.Line, harness.SeverityCritical, fmt.Sprintf("The chart reads no %s in %s: the pod mounts nothing.", what, section),
					fmt.Sprintf("Move %s to the top of the values.", strings.ToLower(what[:1])+what[1:]))
			}
		}
	}
}

func olderThan(version, than string) bool {
	v, err := semver.NewVersion(version)
	return err == nil && v.LessThan(semver.MustParse(than))
}
