package manifest

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
)

// Where an image keeps its configuration.
const (
	imageConfig = "/milvus/configs/milvus.yaml"
	imageUser   = "/milvus/configs/user.yaml"
)

// compose reads the service that runs Milvus. A milvus.yaml that is mounted
// replaces the image's; a user.yaml is merged where the release does so; and
// the environment wins over both.
func (m *Manifest) compose(root *yaml.Node) error {
	m.Kind = Compose
	service := m.service(value(root, "services"))
	if service == nil {
		return errors.New("none of its services runs Milvus: one must have an image with milvus in its name, or run milvus")
	}
	m.Image = text(value(service, "image"))
	m.Config = map[string]any{}
	if err := m.binds(value(service, "volumes")); err != nil {
		return err
	}
	if _, tag := base(m.Image); m.HasUser && milvus.ReadsUserYAML(tag) {
		milvus.Merge(m.Config, m.User)
	}
	return m.environment(value(service, "environment"))
}

func (m *Manifest) service(services *yaml.Node) *yaml.Node {
	if services == nil || services.Kind != yaml.MappingNode {
		return nil
	}
	for i := 1; i < len(services.Content); i += 2 {
		service := services.Content[i]
		name, _ := base(text(value(service, "image")))
		command := ""
		if c := value(service, "command"); c != nil {
			command = text(c)
			if len(c.Content) > 0 {
				command = c.Content[0].Value
			}
		}
		if strings.Contains(name, "milvus") || strings.HasPrefix(command, "milvus") {
			return service
		}
	}
	return nil
}

// binds reads the mounts of a service, in their short form. A folder of the
// user's is a volume of the host's here.
func (m *Manifest) binds(list *yaml.Node) error {
	if list == nil {
		return nil
	}
	for _, item := range list.Content {
		parts := strings.Split(text(item), ":")
		if len(parts) < 2 || !path.IsAbs(parts[1]) {
			return fmt.Errorf("line %d: write the volume in its short form, FROM:/AT", item.Line)
		}
		from, at := parts[0], path.Clean(parts[1])
		if !strings.HasPrefix(from, ".") && !filepath.IsAbs(from) {
			continue // a volume of the engine's
		}
		if !filepath.IsAbs(from) {
			from = filepath.Join(filepath.Dir(m.File), from)
		}
		switch at {
		case imageConfig, imageUser:
			config, err := file(from)
			if err != nil {
				return fmt.Errorf("line %d: %w", item.Line, err)
			}
			if at == imageConfig {
				m.Config = config
			} else {
				m.User, m.HasUser = config, true
			}
		default:
			volume := corev1.Volume{Name: from}
			volume.HostPath = &corev1.HostPathVolumeSource{Path: from}
			m.Volumes = append(m.Volumes, volume)
			m.Mounts = append(m.Mounts, corev1.VolumeMount{Name: from, MountPath: at})
		}
	}
	return nil
}

func file(name string) (map[string]any, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	root, err := document(content)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return tree(name, root)
}

// environment reads what the environment sets of the TLS keys, and finds what
// it sets of none.
func (m *Manifest) environment(node *yaml.Node) error {
	set := map[string]*yaml.Node{}
	switch {
	case node == nil:
	case node.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			set[node.Content[i].Value] = node.Content[i+1]
		}
	default:
		for _, item := range node.Content {
			name, setting, _ := strings.Cut(text(item), "=")
			set[name] = &yaml.Node{Kind: yaml.ScalarNode, Value: setting, Line: item.Line}
		}
	}
	_, tag := base(m.Image)
	for _, name := range slices.Sorted(maps.Keys(set)) {
		key, odd := milvus.KeyOf(name, tag)
		if odd {
			m.find(set[name].Line, harness.HarmGrave, fmt.Sprintf("%s is a variable that Milvus does not read.", name), "Take it out, or correct its name.")
		}
		if key != "" {
			milvus.Merge(m.Config, milvus.Tree(key, set[name].Value))
		}
	}
	return nil
}
