package manifest

import (
	"fmt"
	"os"
	"path"
	"path/filepath"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"

	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// Given writes what the pod would mount below dir, and gives the server as the
// manifest describes it. A pod that would never start is an error.
func (m Manifest) Given(dir string) (deploy.CustomConfig, error) {
	given, err := m.given(dir)
	if err != nil {
		return deploy.CustomConfig{}, fmt.Errorf("deploy %s: %w", m.File, err)
	}
	return given, nil
}

func (m Manifest) given(dir string) (given deploy.CustomConfig, err error) {
	// The environment wins over both files, so it is merged into both.
	config, user := m.trees()
	if given.Config, err = yaml.Marshal(config); err != nil {
		return given, err
	}
	if m.HasUser && !m.Merged {
		if given.User, err = yaml.Marshal(user); err != nil {
			return given, err
		}
	}
	for _, mount := range m.Mounts {
		if at := path.Clean(mount.MountPath); at == configs || path.Dir(at) == configs && path.Ext(at) == ".yaml" {
			continue // read already
		}
		volume := m.volume(mount.Name)
		if volume != nil && m.Kind == Compose && volume.PersistentVolumeClaim != nil {
			continue // the engine's own, such as the server's data
		}
		if volume == nil {
			return given, fmt.Errorf("there is no volume %s for %s", mount.Name, mount.MountPath)
		}
		from, err := m.project(filepath.Join(dir, mount.Name), volume)
		if err != nil {
			return given, err
		}
		given.Mounts = append(given.Mounts, deploy.Mount{From: filepath.Join(from, mount.SubPath), At: path.Clean(mount.MountPath)})
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
		for key := range secretData(secret) {
			items = append(items, corev1.KeyToPath{Key: key, Path: key})
		}
	}
	for _, item := range items {
		content, is := secretData(secret)[item.Key]
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

// trees returns what is merged over the image's milvus.yaml before the server starts, and the
// content of user.yaml.
func (m Manifest) trees() (config, user map[string]any) {
	config, user = map[string]any{}, map[string]any{}
	for _, l := range m.layers {
		into := config
		if l.user && !m.Merged {
			into = user
		}
		milvus.Merge(into, clone(l.tree))
	}
	milvus.Merge(config, m.environmentTree())
	milvus.Merge(user, m.environmentTree())
	return config, user
}

// clone copies a configuration, so that merging into it changes nothing else.
func clone(tree map[string]any) map[string]any {
	out := map[string]any{}
	for key, value := range tree {
		if below, is := value.(map[string]any); is {
			value = clone(below)
		}
		out[key] = value
	}
	return out
}

// Names are the keys or files of which one has to be in the reason of a server that refuses the
// manifest: the misplaced keys, or else the files that it names.
func (m Manifest) Names() (names []string) {
	for _, l := range m.layers {
		for _, odd := range l.misplaced() {
			names = append(names, odd.Key)
		}
	}
	if len(names) > 0 {
		return names
	}
	settings := m.settings()
	for _, key := range milvus.TLSKeys {
		if file, is := settings[key.Key].value.(string); is && key.Holds == milvus.HoldsPath {
			names = append(names, file)
		}
	}
	return names
}
