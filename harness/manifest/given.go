package manifest

import (
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"

	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// Given writes what the pod would mount below dir, and gives the server as the
// manifest describes it. A pod that would never start is an error.
func (m Manifest) Given(dir string) (deploy.Given, error) {
	given, err := m.given(dir)
	if err != nil {
		return deploy.Given{}, fmt.Errorf("deploy %s: %w", m.File, err)
	}
	return given, nil
}

func (m Manifest) given(dir string) (given deploy.Given, err error) {
	if given.Config, err = yaml.Marshal(m.Config); err != nil {
		return given, err
	}
	if m.HasUser {
		if given.User, err = yaml.Marshal(m.User); err != nil {
			return given, err
		}
	}
	for _, mount := range m.Mounts {
		volume := m.volume(mount.Name)
		if volume == nil {
			return given, fmt.Errorf("there is no volume %s for %s", mount.Name, mount.MountPath)
		}
		from, err := m.project(filepath.Join(dir, mount.Name), volume)
		if err != nil {
			return given, err
		}
		given.Mounts = append(given.Mounts, deploy.Mount{From: filepath.Join(from, mount.SubPath), At: mount.MountPath})
	}
	given.Names = m.Names()
	return given, nil
}

// project writes what a volume holds into a folder.
func (m Manifest) project(dir string, v *corev1.Volume) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	switch {
	case m.Kind == Compose && v.HostPath != nil:
		return filepath.Abs(v.HostPath.Path)
	case v.EmptyDir != nil:
		return dir, nil
	case v.Secret == nil:
		return "", fmt.Errorf("the volume %s is neither a secret nor empty: only these two can be had without a cluster", v.Name)
	}
	secret := m.secret(v.Secret.SecretName)
	if secret == nil {
		return "", fmt.Errorf("there is no secret %s for the volume %s", v.Secret.SecretName, v.Name)
	}
	items := v.Secret.Items
	if len(items) == 0 {
		for key := range secret.Data {
			items = append(items, corev1.KeyToPath{Key: key, Path: key})
		}
	}
	for _, item := range items {
		content, is := secret.Data[item.Key]
		if !is {
			return "", fmt.Errorf("the secret %s has no key %s", secret.Name, item.Key)
		}
		if !filepath.IsLocal(item.Path) {
			return "", fmt.Errorf("the volume %s has an item at %s, which lies outside", v.Name, item.Path)
		}
		to := filepath.Join(dir, item.Path)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return "", err
		}
		if err := os.WriteFile(to, content, 0o600); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// Names are the words of which one must stand in the reason of a server that
// refuses the manifest: the keys that are in the wrong place, or else the files
// that it names.
func (m Manifest) Names() (names []string) {
	for _, odd := range milvus.Misplaced(m.configuration()) {
		names = append(names, odd.Key)
	}
	if len(names) > 0 {
		return names
	}
	for _, key := range milvus.TLSKeys {
		value, _ := milvus.Lookup(m.configuration(), key.Key)
		if file, is := value.(string); is && key.Holds == milvus.HoldsPath {
			names = append(names, file)
		}
	}
	return names
}
