package manifest

import (
	"errors"

	"go.yaml.in/yaml/v3"
)

func (m *Manifest) compose(*yaml.Node) error {
	m.Kind = Compose
	return errors.New("later")
}
