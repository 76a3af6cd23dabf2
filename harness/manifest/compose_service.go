package manifest

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"

	"milvus-tls-e2e/harness"
)

// service reads one service: its mounts, its configuration files and its
// environment.
func (m *Manifest) service(p *project, s types.ServiceConfig) error {
	for _, v := range s.Volumes {
		m.bind(v)
	}
	for _, secret := range s.Secrets {
		at := secret.Target
		if at == "" {
			at = secret.Source
		}
		if !path.IsAbs(at) {
			at = path.Join("/run/secrets", at)
		}
		m.reference(at, types.FileObjectConfig(p.Secrets[secret.Source]))
	}
	for _, config := range s.Configs {
		at := config.Target
		if at == "" {
			at = "/" + config.Source
		}
		m.reference(at, types.FileObjectConfig(p.Configs[config.Source]))
	}
	m.serviceEnvironment(p, s)
	return m.files()
}

// bind adds a mount. A folder of the user's disk is a volume of the host here.
func (m *Manifest) bind(v types.ServiceVolumeConfig) {
	volume := corev1.Volume{Name: v.Source}
	if v.Source == "" {
		volume.Name = "anonymous " + v.Target
	}
	switch v.Type {
	case types.VolumeTypeBind:
		volume.HostPath = &corev1.HostPathVolumeSource{Path: v.Source}
	case types.VolumeTypeTmpfs:
		volume.EmptyDir = &corev1.EmptyDirVolumeSource{}
	default: // what is in it only the engine knows
		volume.PersistentVolumeClaim = &corev1.PersistentVolumeClaimVolumeSource{ClaimName: v.Source}
	}
	m.mount(volume, v.Target)
}

func (m *Manifest) reference(at string, f types.FileObjectConfig) {
	volume := corev1.Volume{Name: at}
	switch {
	case f.File != "":
		volume.HostPath = &corev1.HostPathVolumeSource{Path: f.File}
	case f.Content != "":
		m.ConfigMaps = append(m.ConfigMaps, corev1.ConfigMap{Data: map[string]string{path.Base(at): f.Content}})
		m.ConfigMaps[len(m.ConfigMaps)-1].Name = at
		volume.ConfigMap = &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: at}}
		m.Volumes = append(m.Volumes, volume)
		m.Mounts = append(m.Mounts, corev1.VolumeMount{Name: at, MountPath: at, SubPath: path.Base(at)})
		return
	default:
		volume.PersistentVolumeClaim = &corev1.PersistentVolumeClaimVolumeSource{ClaimName: at}
	}
	m.mount(volume, at)
}

func (m *Manifest) mount(volume corev1.Volume, at string) {
	if m.volume(volume.Name) == nil {
		m.Volumes = append(m.Volumes, volume)
	}
	m.Mounts = append(m.Mounts, corev1.VolumeMount{Name: volume.Name, MountPath: path.Clean(at)})
}

// serviceEnvironment reads the environment, of which Compose has resolved every
// variable that .env and defaults give.
func (m *Manifest) serviceEnvironment(p *project, s types.ServiceConfig) {
	node := value(p.root, "services", s.Name, "environment")
	files := envFiles(s)
	for name, given := range s.Environment {
		v := variable{line: variableLine(node, name)}
		if v.line == 0 {
			v.file, v.line = inFiles(files, name)
		}
		if v.line == 0 { // from a service that it extends
			if own, _ := entry(value(p.root, "services"), s.Name); own != nil {
				v.line = own.Line
			}
		}
		if given == nil {
			v.unknown = "it has no value here and comes from the shell that runs Compose"
		} else {
			v.value = *given
		}
		if from := p.unsetIn(node, name); from != "" && v.value == "" {
			v.unknown = fmt.Sprintf("it is ${%s}, which neither .env nor a default gives", from)
		}
		m.env[name] = v
	}
}

func (p *project) unsetIn(node *yaml.Node, name string) string {
	raw := rawValue(node, name)
	for _, from := range slices.Sorted(maps.Keys(p.unset)) {
		if raw == "${"+from+"}" || raw == "$"+from || raw == "${"+from+":-}" || raw == "${"+from+"-}" {
			return from
		}
	}
	return ""
}

func (m *Manifest) checkVariables() {
	for _, name := range slices.Sorted(maps.Keys(m.env)) {
		if _, odd := m.keyOf(name); odd {
			v := m.env[name]
			m.Findings = append(m.Findings, Finding{File: v.file, Line: v.line, Severity: harness.SeverityCritical,
				What: fmt.Sprintf("%s is a variable that Milvus does not read.", name), Remediation: "Take it out, or correct its name."})
		}
	}
}

// variableLine returns the line of a variable in a list or mapping; 0 where it is
// in neither.
func variableLine(node *yaml.Node, name string) int {
	if n, _ := entry(node, name); n != nil {
		return n.Line
	}
	if node != nil && node.Kind == yaml.SequenceNode {
		for _, item := range node.Content {
			if before, _, _ := strings.Cut(text(item), "="); before == name {
				return item.Line
			}
		}
	}
	return 0
}

func rawValue(node *yaml.Node, name string) string {
	if n := value(node, name); n != nil {
		return text(n)
	}
	if node != nil && node.Kind == yaml.SequenceNode {
		for _, item := range node.Content {
			if before, after, _ := strings.Cut(text(item), "="); before == name {
				return after
			}
		}
	}
	return ""
}

func envFiles(s types.ServiceConfig) (names []string) {
	for _, f := range s.EnvFiles {
		names = append(names, f.Path)
	}
	return names
}

func inFiles(files []string, name string) (file string, line int) {
	for _, from := range slices.Backward(files) {
		f, err := os.Open(from)
		if err != nil {
			continue
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		for n := 1; lines.Scan(); n++ {
			before, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(lines.Text()), "export "), "=")
			if strings.TrimSpace(before) == name {
				return filepath.Clean(from), n
			}
		}
	}
	return "", 0
}
