package manifest

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
)

// A Finding is something that a manifest configures without the intended effect.
type Finding struct {
	File        string // the file that it is about; empty for the manifest itself
	Line        int    // in that file; 0 for something missing
	Severity    harness.Severity
	What        string // one sentence
	Remediation string // what to do about it, one sentence
}

// String returns the finding as one line that begins as compilers' do.
func (f Finding) String() string {
	return fmt.Sprintf("%s: %s %s", f.Severity, f.What, f.Remediation)
}

// Place returns the finding with its place in the file.
func (m Manifest) Place(f Finding) string {
	file := cmp.Or(f.File, m.File)
	if f.Line == 0 {
		return file + ": " + f.String()
	}
	return fmt.Sprintf("%s:%d: %s", file, f.Line, f)
}

func (m *Manifest) find(line int, severity harness.Severity, what, advice string) {
	m.Findings = append(m.Findings, Finding{Line: line, Severity: severity, What: what, Remediation: advice})
}

func (m *Manifest) notRead(what string) {
	if !slices.Contains(m.NotRead, what) {
		m.NotRead = append(m.NotRead, what)
	}
}

// sort puts the worst first, and the rest in the order of the file.
func (m *Manifest) sort() {
	slices.SortStableFunc(m.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
}

// entryFold is entry, whatever the key's upper and lower case.
func entryFold(node *yaml.Node, key string) (name, below *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if strings.EqualFold(node.Content[i].Value, key) {
			return node.Content[i], node.Content[i+1]
		}
	}
	return nil, nil
}

// nearest splits a dotted key at the longest name that the mapping has: a name
// may hold dots itself.
func nearest(node *yaml.Node, key string) (head, rest string) {
	for head = key; ; {
		if name, _ := entryFold(node, head); name != nil {
			return head, strings.TrimPrefix(key[len(head):], ".")
		}
		i := strings.LastIndex(head, ".")
		if i < 0 {
			return head, strings.TrimPrefix(key[len(head):], ".")
		}
		head = head[:i]
	}
}

// Release returns the release that the manifest's image is, or "".
func (m Manifest) Release() string {
	_, tag := base(m.Image)
	return tag
}

// From describes the origin of the server's file at a path.
func (m Manifest) From(file string) string {
	mount, rest := m.Holding(file)
	if mount == nil {
		return "from the image"
	}
	v := m.volume(mount.Name)
	switch {
	case v == nil:
		return "from nowhere"
	case v.Secret != nil:
		return "from the secret " + v.Secret.SecretName + ", key " + keyOf(v.Secret.Items, path.Join(mount.SubPath, rest))
	case v.HostPath != nil:
		return "from " + path.Join(v.HostPath.Path, rest)
	}
	return "from the volume " + v.Name
}
