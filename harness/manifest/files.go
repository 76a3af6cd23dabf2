package manifest

import (
	"fmt"
	"io"
	"os"
	"path"

	"milvus-tls-e2e/harness"
)

// Where an image keeps its configuration, and what the server or a tool merges
// in this order (read in the releases' code, the chart's templates and the
// Operator's script).
const configs = "/milvus/configs"

func (m *Manifest) files() error {
	names := []string{"milvus.yaml", "default.yaml", userFile}
	if m.Merged {
		names = append(names, "operator/"+userFile)
	}
	for _, name := range names {
		at := path.Join(configs, name)
		s := m.look(at)
		switch s.presence {
		case unseen:
			if mount, rest := m.Holding(at); rest == "" && m.Kind == Compose && s.file != "" {
				return fmt.Errorf("%s, mounted at %s: no such file", s.file, mount.MountPath)
			}
			m.blind = true
			m.notRead(fmt.Sprintf("%s: %s", at, s.why))
		case inImage: // as the image has it
		case missing:
			if name == "milvus.yaml" {
				m.find(0, harness.SeverityHigh, fmt.Sprintf("The image's %s is hidden by a mount that holds none: %s.", at, s.why),
					"Mount single files over it, or put milvus.yaml into the folder.")
			}
		case present:
			if err := m.configFile(name, s); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *Manifest) configFile(name string, s sight) error {
	content := s.content
	if s.file != "" {
		f, err := os.Open(s.file)
		if err != nil {
			return err
		}
		defer f.Close()
		if content, err = io.ReadAll(io.LimitReader(f, MaxSize+1)); err != nil {
			return fmt.Errorf("read %s: %w", s.file, err)
		}
	}
	user := name != "milvus.yaml"
	lines, ours := m.inside[string(content)]
	l, err := textLayer("read "+name, string(content), layer{file: s.file, user: user, above: lines})
	if err != nil {
		return err
	}
	if s.file == "" && !ours {
		l.node = nil // its lines are not the manifest's
	}
	m.layers = append(m.layers, l)
	m.texts = append(m.texts, string(content))
	m.HasUser = m.HasUser || path.Base(name) == userFile
	return nil
}
