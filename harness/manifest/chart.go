package manifest

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
)

// The values of the chart (read in its values.yaml, 4.2 and 5.0). Without one
// of those that no other chart has, values are another chart's.
var (
	ownValues = []string{
		"cluster", "extraConfigFiles", "customConfigMap", "standalone", "mixCoordinator", "rootCoordinator", "queryCoordinator",
		"queryNode", "indexCoordinator", "indexNode", "dataCoordinator", "dataNode", "streamingNode", "streaming", "attu",
		"pulsarv3", "heaptrack", "woodpecker", "externalS3", "externalEtcd", "externalPulsar", "externalKafka",
	}
	commonValues = []string{
		"nameOverride", "fullnameOverride", "image", "nodeSelector", "tolerations", "affinity", "securityContext",
		"topologySpreadConstraints", "labels", "annotations", "volumes", "volumeMounts", "service", "ingress", "serviceAccount",
		"metrics", "livenessProbe", "readinessProbe", "startupProbe", "log", "proxy", "minio", "etcd", "pulsar", "kafka", "mysql",
		"externalGcs", "externalMysql", "tei", "cdc", "global",
	}
)

// userFile is the key of extraConfigFiles, and the name of the file.
const userFile = "user.yaml"

// chart reads the values of the chart. The pod sees extraConfigFiles.user.yaml
// as a file beside milvus.yaml, and nothing merges the two but the release
// itself. (Charts before 4.2.0, the ones for 2.2 and 2.3, brought a tool that
// did: read in the chart's README and templates.)
func (m *Manifest) chart(root *yaml.Node) error {
	m.Kind = Chart
	if !slices.ContainsFunc(ownValues, func(key string) bool { return value(root, key) != nil }) {
		return fmt.Errorf("it has none of the keys that tell the Milvus chart's values (such as %s): they are another chart's",
			strings.Join(ownValues[:3], ", "))
	}
	for i := 0; i < len(root.Content); i += 2 {
		key := root.Content[i]
		if slices.Contains(ownValues, key.Value) || slices.Contains(commonValues, key.Value) {
			continue
		}
		harm, advice := harness.HarmLow, "Take it out, or look it up in the chart's own values.yaml."
		if right := belongs(key.Value, "the text of extraConfigFiles."+userFile); right != "" {
			harm, advice = harness.HarmGrave, fmt.Sprintf("Move it to %s.", right)
		}
		m.find(key.Line, harm, fmt.Sprintf("The chart has no value %s: it does nothing, and Helm does not say so.", key.Value), advice)
	}
	if tag := text(value(root, "image", "all", "tag")); tag != "" {
		m.Image = text(value(root, "image", "all", "repository")) + ":" + tag
	}
	if err := m.userConfig(root); err != nil {
		return err
	}
	component := "proxy"
	if text(value(root, "cluster", "enabled")) == "false" {
		component = "standalone"
	}
	for _, node := range []*yaml.Node{value(root, "volumes"), value(root, component, "volumes")} {
		if err := m.volumes(node); err != nil {
			return err
		}
	}
	for _, node := range []*yaml.Node{value(root, "volumeMounts"), value(root, component, "volumeMounts")} {
		if err := m.mounts(node); err != nil {
			return err
		}
	}
	m.misplacedVolumes(root)
	return nil
}

// userConfig reads the text of user.yaml.
func (m *Manifest) userConfig(root *yaml.Node) error {
	files := value(root, "extraConfigFiles")
	if err := mapping("extraConfigFiles", files); err != nil || files == nil {
		return err
	}
	for i := 0; i < len(files.Content); i += 2 {
		if name := files.Content[i]; name.Value != userFile && belongs(name.Value, "") != "spec.components" {
			m.find(name.Line, harness.HarmGrave, fmt.Sprintf("extraConfigFiles.%s is a file that no server reads.", name.Value),
				"Call it "+userFile+".")
		}
	}
	user := value(files, userFile)
	switch {
	case user == nil:
		return nil
	case user.Kind != yaml.ScalarNode:
		return fmt.Errorf("line %d: extraConfigFiles.%s is a mapping: the chart wants the file's text (write | after the colon)", user.Line, userFile)
	}
	m.HasUser, m.above = true, user.Line
	if strings.TrimSpace(user.Value) == "" {
		m.User = map[string]any{}
		return nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(user.Value), &doc); err != nil {
		return fmt.Errorf("extraConfigFiles.%s is not YAML: %s", userFile, oneLine(err))
	}
	if len(doc.Content) > 0 { // it may hold nothing but comments
		m.config = doc.Content[0]
	}
	var err error
	m.User, err = tree("extraConfigFiles."+userFile, m.config)
	return err
}

// misplacedVolumes finds volumes that stand where the chart reads none.
func (m *Manifest) misplacedVolumes(root *yaml.Node) {
	for _, section := range []string{"extraConfigFiles", "cluster", "image"} {
		for _, what := range []string{"volumes", "volumeMounts"} {
			if name, _ := entry(value(root, section), what); name != nil {
				m.find(name.Line, harness.HarmGrave, fmt.Sprintf("The chart reads no %s in %s: the pod mounts nothing.", what, section),
					fmt.Sprintf("Move %s to the top of the values.", what))
			}
		}
	}
}
