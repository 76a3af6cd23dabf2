package manifest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
)

// checkMode returns the mode that external TLS is configured in: 0 where none is.
func (m *Manifest) checkMode(settings map[string]setting) int {
	s, named := settings[modeKey]
	if !named || s.unknown != "" {
		return 0
	}
	word := fmt.Sprint(s.value)
	mode, err := strconv.Atoi(word)
	switch {
	case err == nil && mode >= 0 && mode <= 2:
		return mode
	case err != nil && s.variable != "" && strings.ContainsAny(word, `"'`):
		m.findAt(modeKey, "", harness.SeverityCritical, fmt.Sprintf("%s is %s with its quotes, which is not a mode: the server serves plaintext, without a warning.", s.variable, word),
			"Take the quotes out: in this form they are part of the value.")
	case err != nil:
		m.findAt(modeKey, "", harness.SeverityCritical, fmt.Sprintf("tlsMode is %s, which is not a mode: the server serves plaintext, without a warning.", word),
			"Set it to 1 (the server shows a certificate) or 2 (clients do, too).")
	default:
		m.findAt(modeKey, "", harness.SeverityCritical, fmt.Sprintf("tlsMode is %d, which is not a mode: the server serves plaintext, or does not start where REST is on.", mode),
			"Set it to 1 (the server shows a certificate) or 2 (clients do, too).")
	}
	return 0
}

func (m *Manifest) checkExternal(settings map[string]setting, mode int, odd map[string]bool) {
	if mode > 0 {
		m.checkREST(settings)
	}
	if mode > 0 && !odd["tls"] {
		m.wants(settings, "tls", "external TLS", "serverPemPath", "serverKeyPath")
		if mode == 2 {
			m.wants(settings, "tls", "mode 2", "caPemPath")
		}
	}
	if mode == 0 && m.onlySecret > 0 && !m.blind {
		m.find(m.onlySecret, harness.SeverityCritical, "proxy.tls.enabled makes the chart write a Secret and nothing else: no TLS is switched on, and every client is served in plaintext.",
			"Set common.security.tlsMode and tls in extraConfigFiles.user.yaml, and mount the Secret.")
	}
	_, named := settings[modeKey]
	if mode == 0 && !odd[modeKey] && !m.blind && (!named || level(settings[modeKey].value) == 0 && isNumber(settings[modeKey].value)) && m.ownCertificate(settings) != "" &&
		!m.overridden(settings) {
		m.findAt("tls", m.ownCertificate(settings), harness.SeverityCritical, "certificates are named and external TLS is off: every client is served in plaintext.",
			"Set common.security.tlsMode to 1 or 2.")
	}
}

func isNumber(value any) bool {
	_, err := strconv.Atoi(fmt.Sprint(value))
	return err == nil
}

// overridden reports whether the environment is what switches external TLS off,
// which is a finding of its own.
func (m *Manifest) overridden(settings map[string]setting) bool {
	return slices.ContainsFunc(m.Findings, func(f Finding) bool {
		return settings[modeKey].variable != "" && strings.HasPrefix(f.What, settings[modeKey].variable+"=")
	})
}

// ownCertificate returns a key that names a certificate for clients, or "". Those
// that the stock file names are not the user's.
func (m *Manifest) ownCertificate(settings map[string]setting) string {
	for _, key := range sortedKeys(settings) {
		if strings.HasPrefix(key, "tls.") && clusterKey(key) == "" && !strings.HasPrefix(fmt.Sprint(settings[key].value), "configs/cert/") {
			return key
		}
	}
	return ""
}

func (m *Manifest) checkREST(settings map[string]setting) {
	if s, named := settings["proxy.http.enabled"]; named && !on(s, true) || m.blind {
		return
	}
	if milvus.SharesPort(known(settings)) {
		m.findAt("proxy.http.port", modeKey, harness.SeverityHigh,
			"TLS is on and REST has no port of its own: 2.2 and 2.3 leave REST out without a warning, 2.5 and later do not start.",
			"Set proxy.http.port to a port of its own, such as 8080.")
	}
}

func known(settings map[string]setting) map[string]any {
	flat := map[string]any{}
	for key, s := range settings {
		flat[key] = s.value
	}
	return milvus.Known(flat)
}
