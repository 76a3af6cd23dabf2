package manifest

import (
	"fmt"

	"github.com/Masterminds/semver/v3"
	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"

	"milvus-tls-e2e/harness"
)

// A podUser is the server's user, as far as files of mode 0400 are concerned.
type podUser struct {
	other bool // than root
	group bool // files belong to a group of the pod's
	line  int
}

// podUser reads the user of a pod.
func (m *Manifest) podUser(spec *corev1.PodSpec, own *corev1.SecurityContext, line int) {
	m.user.line = line
	if c := spec.SecurityContext; c != nil {
		m.user.group = c.FSGroup != nil
		m.user.other = isOther(c.RunAsUser, c.RunAsNonRoot)
	}
	if own != nil && (own.RunAsUser != nil || own.RunAsNonRoot != nil) {
		m.user.other = isOther(own.RunAsUser, own.RunAsNonRoot)
	}
}

func isOther(user *int64, nonRoot *bool) bool {
	if user != nil {
		return *user != 0
	}
	return nonRoot != nil && *nonRoot
}

// operatorUser returns the user of the Operator's pods: runAsNonRoot gives them user 1000 and no
// group for their files.
func (m *Manifest) operatorUser(components *yaml.Node) {
	if name, n := entry(components, "runAsNonRoot"); text(n) == "true" {
		m.user = podUser{other: true, line: name.Line}
	}
}

func (m *Manifest) chartUser(root *yaml.Node, component string) {
	for _, from := range []*yaml.Node{root, value(root, component)} {
		if c := value(from, "securityContext"); c != nil && c.Kind == yaml.MappingNode && len(c.Content) > 0 {
			m.user = podUser{group: value(c, "fsGroup") != nil, other: otherUser(c), line: c.Line}
		}
		if c := value(from, "containerSecurityContext"); otherUser(c) {
			m.user.other, m.user.line = true, c.Line
		}
	}
}

func otherUser(c *yaml.Node) bool {
	if user := text(value(c, "runAsUser")); user != "" {
		return user != "0"
	}
	return text(value(c, "runAsNonRoot")) == "true"
}

// checkUser finds files that the server may not read: what a volume holds is
// root's, unless the pod has a group for it.
func (m *Manifest) checkUser() {
	if m.user == (podUser{}) && m.Kind != Compose && m.Release() != "" {
		m.user.other = !olderThan(m.Release(), "3.0.0-0") && isVersion(m.Release()) // their images name a user (seen on 3.0's)
	}
	if !m.user.other || m.user.group {
		return
	}
	for _, v := range m.Volumes {
		var mode *int32
		switch {
		case v.Secret != nil:
			mode = v.Secret.DefaultMode
		case v.Projected != nil:
			mode = v.Projected.DefaultMode
		}
		if mode != nil && *mode&0o004 == 0 {
			m.find(m.user.line, harness.SeverityHigh, fmt.Sprintf("The server runs as another user than root, and the files of the volume %s are root's with mode %#o: it may not read them.", v.Name, *mode),
				"Set fsGroup in the pod's securityContext, or defaultMode to 0444.")
		}
	}
}

func isVersion(tag string) bool {
	_, err := semver.NewVersion(tag)
	return err == nil
}
