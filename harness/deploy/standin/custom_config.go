package standin

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// configuration returns the text that the stand-in starts from. Somebody else's description is
// merged as the deployer and the release would, with this machine's paths: a stand-in sees no
// mounts.
func (d *deployment) configuration(given *deploy.CustomConfig, setup milvus.Setup) ([]byte, error) {
	if given == nil {
		return milvus.Config(nil, setup)
	}
	d.given = true
	setup.Given = &milvus.CustomConfig{Config: given.Config, User: given.User, Paths: map[string]string{}}
	if d.faults[IgnoresGivenConfiguration] {
		setup.Given.Config = nil
	}
	for _, m := range given.Mounts {
		setup.Given.Paths[m.At] = m.From
	}
	text, err := milvus.Config(nil, setup)
	if err != nil || given.User == nil || d.faults[IgnoresUserYAML] {
		return text, err
	}
	user, err := milvus.UserConfig(setup)
	if err != nil {
		return nil, err
	}
	whole, over := map[string]any{}, map[string]any{}
	if err := yaml.Unmarshal(text, &whole); err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal(user, &over); err != nil {
		return nil, err
	}
	milvus.Merge(whole, over)
	return yaml.Marshal(whole)
}

// odd refuses a given configuration with a TLS key in the wrong place.
func (d *deployment) odd(text []byte) error {
	if !d.given || d.faults[IgnoresMisplacedKeys] {
		return nil
	}
	whole := map[string]any{}
	if err := yaml.Unmarshal(text, &whole); err != nil {
		return err
	}
	for _, m := range milvus.Misplaced(whole) {
		return fmt.Errorf("check configuration: %s", m)
	}
	return nil
}
