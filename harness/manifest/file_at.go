package manifest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
)

type presence int

const (
	_       presence = iota
	inImage          // nothing is mounted there: it is what the image ships
	missing          // something is mounted there that does not hold it
	present
	unseen // the mount's content is unknown
)

// A sight is what is known of a file in the container.
type sight struct {
	presence    presence
	content     []byte // of one that is present and was read
	file        string // where it lies on this machine, where it does
	why, advice string
}

func (m *Manifest) look(file string) sight {
	mount, rest := m.Holding(file)
	if mount == nil {
		return sight{presence: inImage}
	}
	volume := m.volume(mount.Name)
	if volume == nil {
		return sight{presence: unseen} // a finding of its own
	}
	name := path.Join(mount.SubPath, rest)
	switch {
	case volume.EmptyDir != nil:
		return sight{presence: missing, why: fmt.Sprintf("the volume %s that is mounted at %s is empty", mount.Name, mount.MountPath),
			advice: "Name a path in the secret's mount."}
	case volume.HostPath != nil && m.Kind == Compose:
		return onDisk(volume.HostPath.Path, name)
	case volume.Secret != nil:
		return m.inSecret(volume.Name, volume.Secret.SecretName, volume.Secret.Items, name)
	case volume.ConfigMap != nil:
		return m.inConfigMap(volume.Name, volume.ConfigMap.Name, volume.ConfigMap.Items, name)
	case volume.Projected != nil:
		return m.inProjected(volume, name)
	}
	return sight{presence: unseen, why: "what the volume " + volume.Name + " holds"}
}

// onDisk looks into a folder of the user's. One that is missing on this machine may exist on the
// one that runs Compose.
func onDisk(folder, name string) sight {
	if _, err := os.Stat(folder); err != nil {
		return sight{presence: unseen, why: folder + ", which is not on this machine", file: folder}
	}
	full := filepath.Join(folder, filepath.FromSlash(name))
	info, err := os.Stat(full)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return sight{presence: missing, why: fmt.Sprintf("%s has no %s", folder, name), advice: fmt.Sprintf("Put it at %s.", full), file: full}
	case err != nil || info.IsDir():
		return sight{presence: missing, why: fmt.Sprintf("%s is no file that can be read", full), advice: "Put the file there.", file: full}
	}
	return sight{presence: present, file: full}
}

func (m *Manifest) inSecret(volume, name string, items []corev1.KeyToPath, file string) sight {
	key := keyOf(items, file)
	if key == "" {
		return notListed(volume)
	}
	s := m.secret(name)
	switch {
	case s == nil && !m.allSecrets:
		return sight{presence: unseen, why: fmt.Sprintf("the keys of the secret %s (give it with --secret)", name)}
	case s == nil:
		return sight{presence: unseen} // a finding of its own
	case !has(s, key):
		return sight{presence: missing, why: fmt.Sprintf("the secret %s has no key %s", s.Name, key), advice: fmt.Sprintf("Add the key: --from-file=%s.", key)}
	}
	return sight{presence: present, content: secretData(s)[key]}
}

func notListed(volume string) sight {
	return sight{presence: missing, why: fmt.Sprintf("the volume %s does not list it among its items", volume), advice: "Add it to items, or take items out."}
}

func (m *Manifest) inConfigMap(volume, name string, items []corev1.KeyToPath, file string) sight {
	key := keyOf(items, file)
	if key == "" {
		return notListed(volume)
	}
	for _, c := range m.ConfigMaps {
		if c.Name != name {
			continue
		}
		if content, is := c.Data[key]; is {
			return sight{presence: present, content: []byte(content)}
		}
		if content, is := c.BinaryData[key]; is {
			return sight{presence: present, content: content}
		}
		return sight{presence: missing, why: fmt.Sprintf("the ConfigMap %s has no key %s", name, key), advice: "Add the key."}
	}
	return sight{presence: unseen, why: fmt.Sprintf("what the ConfigMap %s holds (add it to the file as a document of its own)", name)}
}

func (m *Manifest) inProjected(volume *corev1.Volume, file string) sight {
	doubt := sight{}
	for _, source := range volume.Projected.Sources {
		var one sight
		switch {
		case source.Secret != nil && mayHold(source.Secret.Items, file):
			one = m.inSecret(volume.Name, source.Secret.Name, source.Secret.Items, file)
		case source.ConfigMap != nil && mayHold(source.ConfigMap.Items, file):
			one = m.inConfigMap(volume.Name, source.ConfigMap.Name, source.ConfigMap.Items, file)
		case source.ClusterTrustBundle != nil && path.Clean(source.ClusterTrustBundle.Path) == file:
			return sight{presence: present}
		}
		switch one.presence {
		case present:
			return one
		case unseen:
			doubt = one
		case missing, inImage: // another source may have it
		}
	}
	if doubt.presence == unseen {
		return doubt
	}
	return sight{presence: missing, why: fmt.Sprintf("no source of the projected volume %s gives it", volume.Name), advice: "Add it to the sources."}
}

func mayHold(items []corev1.KeyToPath, file string) bool { return keyOf(items, file) != "" }
