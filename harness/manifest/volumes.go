package manifest

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	k8s "sigs.k8s.io/yaml"

	"milvus-tls-e2e/harness"
)

// volumes reads a list of volumes as the cluster does; what the cluster would
// refuse is an error. The Operator replaces a volume of the same name, and the
// cluster refuses two.
func (m *Manifest) volumes(node *yaml.Node) error {
	return each(node, "volumes", func(v corev1.Volume, line int) {
		i := slices.IndexFunc(m.Volumes, func(o corev1.Volume) bool { return o.Name == v.Name })
		switch {
		case i >= 0 && m.Kind == Operator:
			m.Volumes[i] = v
		case i >= 0:
			m.find(line, harness.SeverityHigh, fmt.Sprintf("The volume %s is there twice: the cluster refuses the pod.", v.Name), "Take one out.")
		default:
			m.Volumes = append(m.Volumes, v)
		}
	})
}

// mounts reads a list of volumeMounts. The Operator replaces a mount at exactly
// the same path, and takes one away by the name _remove.
func (m *Manifest) mounts(node *yaml.Node) error {
	return each(node, "volumeMounts", func(v corev1.VolumeMount, line int) {
		same := func(o corev1.VolumeMount) bool { return o.MountPath == v.MountPath }
		clean := func(o corev1.VolumeMount) bool { return path.Clean(o.MountPath) == path.Clean(v.MountPath) }
		i := slices.IndexFunc(m.Mounts, same)
		switch {
		case v.Name == "_remove" && m.Kind == Operator:
			m.Mounts = slices.DeleteFunc(m.Mounts, same)
		case i >= 0 && m.Kind == Operator:
			m.Mounts[i] = v
		case i >= 0 || m.Kind != Operator && slices.ContainsFunc(m.Mounts, clean):
			m.find(line, harness.SeverityHigh, fmt.Sprintf("Two volumes are mounted at %s: the cluster refuses the pod.", path.Clean(v.MountPath)), "Take one out.")
		case slices.ContainsFunc(m.Mounts, clean):
			m.find(line, harness.SeverityHigh, fmt.Sprintf("Two volumes are mounted at %s: the paths differ to the Operator, and are one to the container.", path.Clean(v.MountPath)),
				"Write both paths alike.")
			m.Mounts = append(m.Mounts, v)
		default:
			m.Mounts = append(m.Mounts, v)
		}
	})
}

// each decodes the items of a list strictly, with the types of Kubernetes.
func each[T any](node *yaml.Node, what string, use func(T, int)) error {
	if node == nil || node.Tag == "!!null" {
		return nil
	}
	if node.Kind != yaml.SequenceNode {
		return fmt.Errorf("line %d: %s is not a list", node.Line, what)
	}
	for _, item := range node.Content {
		text, err := yaml.Marshal(item)
		if err != nil {
			return err
		}
		var one T
		if err := k8s.UnmarshalStrict(text, &one); err != nil {
			why := strings.TrimPrefix(oneLine(err), "error unmarshaling JSON: while decoding JSON: ")
			return fmt.Errorf("line %d: an item of %s is none that a cluster takes: %s", item.Line, what, why)
		}
		use(one, item.Line)
	}
	return nil
}

// builtIn are the volumes that the Operator and the chart add by themselves
// (read in their code and templates).
var builtIn = map[Kind][]string{
	Operator: {"tools", "milvus-config", "milvus-data", "kafka-ca"},
	Chart:    {"tools", "milvus-config", "milvus-data-disk", "milvus-logs-disk", "disk"},
}

// checkVolumes finds mounts and volumes that lead nowhere.
func (m *Manifest) checkVolumes() {
	if m.Kind == Compose || m.Kind == Config {
		return // what is mounted there is on the user's own disk
	}
	for _, mount := range m.Mounts {
		if m.volume(mount.Name) == nil && !slices.Contains(builtIn[m.Kind], mount.Name) {
			m.find(0, harness.SeverityHigh, fmt.Sprintf("%s is mounted from the volume %s, which there is not: the cluster refuses the pod.", path.Clean(mount.MountPath), mount.Name),
				fmt.Sprintf("Add %s to volumes.", mount.Name))
		}
	}
	for _, v := range m.Volumes {
		mounted := slices.ContainsFunc(m.Mounts, func(mount corev1.VolumeMount) bool { return mount.Name == v.Name })
		if !mounted && m.Kind != Pod { // another container may mount it there
			m.find(0, harness.SeverityHigh, fmt.Sprintf("The volume %s is mounted nowhere: the server does not see it.", v.Name),
				fmt.Sprintf("Add a volumeMount with the name %s.", v.Name))
		}
		if mounted {
			m.checkSecrets(&v)
		}
	}
}

func (m *Manifest) checkSecrets(v *corev1.Volume) {
	for _, name := range secretsOf(v) {
		if m.allSecrets && m.secret(name) == nil {
			m.find(0, harness.SeverityHigh, fmt.Sprintf("The volume %s is the secret %s, which there is not: the pod never starts.", v.Name, name),
				fmt.Sprintf("Create it: kubectl create secret generic %s%s.", name, m.fromFiles(v)))
		}
	}
}

// fromFiles returns the options of kubectl with which a volume's secret holds what
// the configuration names.
func (m *Manifest) fromFiles(v *corev1.Volume) (options string) {
	settings := m.settings()
	for _, key := range sortedKeys(settings) {
		file, is := settings[key].value.(string)
		if mount, rest := m.Holding(file); is && mount != nil && mount.Name == v.Name && rest != "" {
			options += " --from-file=" + path.Join(mount.SubPath, rest)
		}
	}
	return options
}

func (m *Manifest) volume(name string) *corev1.Volume {
	for i, v := range m.Volumes {
		if v.Name == name {
			return &m.Volumes[i]
		}
	}
	return nil
}

func (m *Manifest) secret(name string) *corev1.Secret {
	for i, s := range m.Secrets {
		if s.Name == name {
			return &m.Secrets[i]
		}
	}
	return nil
}

func secretsOf(v *corev1.Volume) (names []string) {
	optional := func(b *bool) bool { return b != nil && *b }
	if v.Secret != nil && !optional(v.Secret.Optional) {
		names = append(names, v.Secret.SecretName)
	}
	if v.Projected != nil {
		for _, s := range v.Projected.Sources {
			if s.Secret != nil && !optional(s.Secret.Optional) {
				names = append(names, s.Secret.Name)
			}
		}
	}
	return names
}

// Holding returns the mount in which a path lies, the innermost where there are
// several, and the path's rest below it.
func (m *Manifest) Holding(file string) (mount *corev1.VolumeMount, rest string) {
	file = path.Clean(file)
	long := -1
	for i, candidate := range m.Mounts {
		at := path.Clean(candidate.MountPath)
		below, is := strings.CutPrefix(file, at)
		if at == "/" {
			below, is = file, true
		}
		if !is || below != "" && below[0] != '/' {
			continue
		}
		if len(at) > long {
			mount, rest, long = &m.Mounts[i], strings.TrimPrefix(below, "/"), len(at)
		}
	}
	return mount, rest
}

// keyOf returns the key of a secret or ConfigMap that a path in its volume leads
// to: the path itself unless the volume lists items.
func keyOf(items []corev1.KeyToPath, name string) string {
	if len(items) == 0 {
		return name
	}
	for _, item := range items {
		if path.Clean(item.Path) == name {
			return item.Key
		}
	}
	return ""
}

func has(s *corev1.Secret, key string) bool {
	_, is := secretData(s)[key]
	return is
}

// secretData returns what a secret holds, as the cluster stores it.
func secretData(s *corev1.Secret) map[string][]byte {
	all := map[string][]byte{}
	for key, content := range s.Data {
		all[key] = content
	}
	for key, content := range s.StringData {
		all[key] = []byte(content)
	}
	return all
}
