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
// refuse is an error.
func (m *Manifest) volumes(node *yaml.Node) error {
	return each(node, "volumes", func(v corev1.Volume, line int) {
		if slices.ContainsFunc(m.Volumes, func(o corev1.Volume) bool { return o.Name == v.Name }) {
			m.find(line, harness.HarmHigh, fmt.Sprintf("The volume %s is there twice: the cluster refuses the pod.", v.Name), "Take one out.")
			return
		}
		m.Volumes = append(m.Volumes, v)
	})
}

// mounts reads a list of volumeMounts.
func (m *Manifest) mounts(node *yaml.Node) error {
	return each(node, "volumeMounts", func(v corev1.VolumeMount, line int) {
		v.MountPath = path.Clean(v.MountPath)
		if v.Name == "_remove" && m.Kind == Operator { // the Operator's way of taking a mount away
			m.Mounts = slices.DeleteFunc(m.Mounts, func(o corev1.VolumeMount) bool { return o.MountPath == v.MountPath })
			return
		}
		if slices.ContainsFunc(m.Mounts, func(o corev1.VolumeMount) bool { return o.MountPath == v.MountPath }) {
			m.find(line, harness.HarmHigh, fmt.Sprintf("Two volumes are mounted at %s: the cluster refuses the pod.", v.MountPath), "Take one out.")
			return
		}
		m.Mounts = append(m.Mounts, v)
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

// builtIn are the volumes that the Operator and the chart add by themselves.
var builtIn = []string{"data", "milvus-data", "milvus-data-disk", "milvus-logs-disk", "milvus-config", "tools", "disk"}

// checkVolumes finds mounts and volumes that lead nowhere.
func (m *Manifest) checkVolumes() {
	if m.Kind == Compose {
		return // what is mounted there is on the user's own disk
	}
	for _, mount := range m.Mounts {
		if m.volume(mount.Name) == nil && !slices.Contains(builtIn, mount.Name) {
			m.find(0, harness.HarmHigh, fmt.Sprintf("%s is mounted from the volume %s, which there is not: the cluster refuses the pod.", mount.MountPath, mount.Name),
				fmt.Sprintf("Add %s to volumes.", mount.Name))
		}
	}
	for _, v := range m.Volumes {
		if !slices.ContainsFunc(m.Mounts, func(mount corev1.VolumeMount) bool { return mount.Name == v.Name }) {
			m.find(0, harness.HarmHigh, fmt.Sprintf("The volume %s is mounted nowhere: the server does not see it.", v.Name),
				fmt.Sprintf("Add a volumeMount with the name %s.", v.Name))
		}
		name := secretOf(&v)
		if name != "" && len(m.Secrets) > 0 && m.secret(name) == nil {
			m.find(0, harness.HarmHigh, fmt.Sprintf("The volume %s is the secret %s, which there is not: the pod never starts.", v.Name, name),
				fmt.Sprintf("Create it: kubectl create secret generic %s --from-file=server.pem --from-file=server.key --from-file=ca.pem.", name))
		}
	}
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

// secretOf gives the name of the secret that a volume is, or "".
func secretOf(v *corev1.Volume) string {
	if v == nil || v.Secret == nil {
		return ""
	}
	return v.Secret.SecretName
}

// Holding gives the mount in which a path lies, the innermost where there are
// several, and the path's rest below it.
func (m *Manifest) Holding(file string) (mount *corev1.VolumeMount, rest string) {
	file = path.Clean(file)
	for i, candidate := range m.Mounts {
		below, is := strings.CutPrefix(file, candidate.MountPath)
		if !is || below != "" && below[0] != '/' {
			continue
		}
		if mount == nil || len(candidate.MountPath) > len(mount.MountPath) {
			mount, rest = &m.Mounts[i], strings.TrimPrefix(below, "/")
		}
	}
	return mount, rest
}

// keyOf gives the key of the secret that a path in its volume leads to: the
// path itself unless the volume lists items.
func keyOf(v *corev1.Volume, mount *corev1.VolumeMount, rest string) string {
	name := path.Join(mount.SubPath, rest)
	if len(v.Secret.Items) == 0 {
		return name
	}
	for _, item := range v.Secret.Items {
		if path.Clean(item.Path) == name {
			return item.Key
		}
	}
	return ""
}

// has tells whether a secret has a key.
func has(s *corev1.Secret, key string) bool {
	_, data := s.Data[key]
	_, plain := s.StringData[key]
	return data || plain
}
