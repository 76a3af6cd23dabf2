// Package manifest reads what people deploy Milvus with (a Compose file, the Operator's
// resource, the chart's values, the output of Helm and kubectl, or milvus.yaml itself), works
// out what the server in it gets, and finds what has no effect: a misplaced key is no error to a
// cluster, and a server silently uses its image's defaults instead.
package manifest

import (
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"milvus-tls-e2e/harness/milvus"
)

// Kind is what a manifest is written for.
type Kind string

// The kinds.
const (
	Operator Kind = "Operator resource"
	Chart    Kind = "chart values"
	Compose  Kind = "Compose file"
	Pod      Kind = "workload"             // as Helm renders it and a cluster has it
	Config   Kind = "server configuration" // milvus.yaml or user.yaml itself
)

// A Manifest is what the container of one server sees of a file.
type Manifest struct {
	Kind  Kind
	File  string
	Name  string // of the service, the resource or the workload; empty where it has none
	Image string // the image that it names; empty where it names none
	Role  string // the server's role: standalone, proxy, querynode; empty where not given

	// HasUser: there is a user.yaml next to milvus.yaml. Merged: a tool merges it before the
	// server starts, so that every release reads it; the Operator's does, and the chart's before
	// 4.2.0 did.
	HasUser, Merged bool

	Volumes    []corev1.Volume
	Mounts     []corev1.VolumeMount
	Secrets    []corev1.Secret    // what Read was given, and what the file holds
	ConfigMaps []corev1.ConfigMap // what the file holds

	Findings []Finding
	NotRead  []string // parts about TLS that were not examined

	blind    bool // a file that configures the server was not read
	layers   []layer
	replaced []int          // lines of variables that later ones replace
	inside   map[string]int // the lines above each text of the file's own ConfigMaps
	texts    []string       // files inside this one that were read
	env      map[string]variable
	others   []*Manifest // the other components' pods
	user     podUser

	allSecrets  bool         // Secrets are complete: other secrets in the file are missing in the cluster
	onlySecret  int          // line of the chart's proxy.tls, which makes a Secret and nothing else
	annotations []annotation // of the Ingress or Service
}

// Options are further facts about the cluster.
type Options struct {
	Secrets []corev1.Secret // those of the cluster, so that a key that is missing is found
	Chart   string          // version of the chart that values are for; empty where it is not known
}

// Read reads a manifest of one server and finds what is wrong with it. The secrets are those of
// the cluster; without any, the content of secrets is not examined. An error means that it is
// not a manifest of one Milvus server.
func Read(file string, text []byte, secrets ...corev1.Secret) (Manifest, error) {
	all, err := ReadAll(file, text, Options{Secrets: secrets})
	switch {
	case err != nil:
		return Manifest{}, err
	case len(all) > 1:
		return Manifest{}, fmt.Errorf("read %s: it configures %d servers, and one is wanted", file, len(all))
	}
	return all[0], nil
}

// ReadAll reads a manifest of one server or of several. There is at least one,
// or an error.
func ReadAll(file string, text []byte, o Options) ([]Manifest, error) {
	all, err := read(file, text, o)
	if err == nil && len(all) == 0 {
		err = errors.New("nothing in it runs Milvus")
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %s", file, oneLine(err))
	}
	for _, m := range all {
		m.check()
	}
	noteMentions(text, all)
	out := make([]Manifest, 0, len(all))
	for _, m := range all {
		out = append(out, *m)
	}
	return out, nil
}

// External reports whether the server is one that clients connect to.
func (m *Manifest) External() bool {
	return m.Role == "" || m.Role == "standalone" || m.Role == "proxy" || m.Role == "mixture"
}

// Effective returns what the manifest sets of milvus.TLSKeys on a release: all
// else is as in the image's own milvus.yaml. The environment wins over files.
func (m *Manifest) Effective(release string) map[string]any {
	known := map[string]any{}
	for _, l := range m.layers {
		if !l.user || m.Merged || milvus.ReadsUserYAML(release) {
			milvus.Merge(known, milvus.Known(l.tree))
		}
	}
	milvus.Merge(known, m.environmentTree())
	return known
}

// environmentTree returns what the environment sets of milvus.TLSKeys.
func (m *Manifest) environmentTree() map[string]any {
	all := map[string]any{}
	for name, v := range m.env {
		if key, _ := milvus.KeyOf(name, m.Release()); key != "" && v.unknown == "" {
			milvus.Merge(all, milvus.Known(map[string]any{key: literal(v.value)}))
		}
	}
	return all
}

// A Setting is one key of what a manifest configures.
type Setting struct {
	Key   string
	Value any
	From  string // where the file that it names comes from; empty for what names none
}

// Configured returns what the manifest sets of the keys that decide about TLS, in
// the order of the lists, as its release reads them.
func (m *Manifest) Configured() (all []Setting) {
	config := m.Effective(m.Release())
	for _, key := range milvus.TLSKeys {
		value, named := milvus.Lookup(config, key.Key)
		if !named {
			continue
		}
		s := Setting{Key: key.Key, Value: value}
		if file, is := value.(string); is && key.Holds == milvus.HoldsPath && m.Kind != Config {
			s.From = m.From(file)
		}
		all = append(all, s)
	}
	if m.HasUser && !m.Merged && !milvus.ReadsUserYAML(m.Release()) {
		return all // the rest is in the file that is not read
	}
	settings := m.settings()
	for _, key := range sortedKeys(settings) {
		if slices.Contains(backendKeys, key) || clusterKey(key) != "" {
			all = append(all, Setting{Key: key, Value: settings[key].value})
		}
	}
	return all
}
