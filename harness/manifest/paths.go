package manifest

import (
	"fmt"
	"path"
	"strings"

	"milvus-tls-e2e/harness"
)

// wants finds missing settings of a kind of TLS, and paths to missing files.
func (m *Manifest) wants(settings map[string]setting, section, what string, keys ...string) {
	for _, key := range keys {
		full := section + "." + key
		s, named := settings[full]
		file, is := s.value.(string)
		switch {
		case s.unknown != "":
		case (!named || !is || file == "") && m.blind: // it may be in what was not read
		case key == "sni" && (!named || file == ""):
			m.findAt(section, switches[section], harness.SeverityHigh,
				fmt.Sprintf("%s is on and %s is not set: the server asks for the name that its image has, and your certificate must be valid for that.", what, full),
				fmt.Sprintf("Set %s to a name of your certificate.", full))
		case !named || !is || file == "":
			m.findAt(section, switches[section], harness.SeverityCritical,
				fmt.Sprintf("%s is on and %s is not set: the server takes what its image ships, whose private key everybody has.", what, full),
				fmt.Sprintf("Set %s.", full))
		case key != "sni":
			m.checkPath(full, file)
		}
	}
}

// checkPath finds out whether the pod has a file where the configuration names
// one.
func (m *Manifest) checkPath(key, file string) {
	why, advice := m.absent(file)
	switch {
	case why == "" && m.oddlyNamed(key, file):
		m.findAt(key, "", harness.SeverityMedium, fmt.Sprintf("%s names %s, and the certificate beside it is tls.crt, as in a secret of type kubernetes.io/tls: there the CA is ca.crt, if it is there at all.", key, file),
			"Name ca.crt, or give the secret with --secret.")
	case why == "":
	case m.Kind == Config && path.IsAbs(file):
		m.notRead("whether the server has the files that it names")
	default:
		m.findAt(key, "", harness.SeverityHigh, fmt.Sprintf("%s names %s, and %s.", key, file, why), advice)
	}
}

// oddlyNamed reports a CA path whose name is not the one in secrets of type kubernetes.io/tls.
func (m *Manifest) oddlyNamed(key, file string) bool {
	if !strings.HasSuffix(key, ".caPemPath") || path.Base(file) == "ca.crt" || m.look(file).presence != unseen || m.Kind == Compose || m.Kind == Config {
		return false
	}
	beside, _ := m.settings()[strings.TrimSuffix(key, "caPemPath")+"serverPemPath"].value.(string)
	return path.Base(beside) == "tls.crt" && path.Dir(beside) == path.Dir(file)
}

// absent returns why a container lacks a user's file, or "" where it has it or that is unknown.
func (m *Manifest) absent(file string) (why, advice string) {
	s := m.look(file)
	if strings.HasPrefix(file, `"`) || strings.HasPrefix(file, "'") {
		return "its quotes are part of the name, so there is no such file", "Take the quotes out."
	}
	if !path.IsAbs(file) {
		s = m.look(path.Join("/milvus", file)) // where official images start the server
		if s.presence == inImage {
			return "that is relative to the server's working directory, where its image ships certificates whose private keys everybody has", "Write the path in full, and mount your own."
		}
	}
	switch s.presence {
	case inImage:
		if m.Kind == Compose {
			return "nothing is mounted there", fmt.Sprintf("Mount your certificates at %s (volumes).", path.Dir(file))
		}
		return "nothing is mounted there", fmt.Sprintf("Mount the secret at %s (volumes and volumeMounts).", path.Dir(file))
	case missing:
		return s.why, s.advice
	case present:
	case unseen:
		if s.why != "" {
			m.notRead(s.why)
		}
	}
	return "", ""
}
