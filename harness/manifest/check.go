package manifest

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
)

// switches are what makes each section wanted.
var switches = map[string]string{"tls": modeKey, "internaltls": internalKey}

const (
	modeKey     = "common.security.tlsMode"
	internalKey = "common.security.internaltlsEnabled"
)

// check finds what the configuration says and the server does not do.
func (m *Manifest) check() {
	m.checkVolumes()
	m.checkUser()
	odd := m.checkPlaces()
	settings := m.settings()
	m.checkUnknown(settings)
	m.checkSwitches(settings)
	m.checkOverridden(settings)
	m.checkRelease(settings)
	mode := 0
	if m.External() {
		mode = m.checkMode(settings)
		m.checkExternal(settings, mode, odd)
	}
	if on(settings[internalKey], false) && !odd["internaltls"] && (m.Release() == "" || milvus.HasInternalTLS(m.Release())) {
		m.checkInternal(settings)
	}
	m.checkBackends(settings)
	m.checkClusters(settings)
	m.checkIngress(mode)
	m.sort()
}

// checkPlaces finds keys in the wrong place, and gives the places where they
// belong.
func (m *Manifest) checkPlaces() map[string]bool {
	odd := map[string]bool{}
	for _, l := range m.layers {
		for _, key := range l.misplaced() {
			if clusterKey(key.Key) != "" {
				continue
			}
			odd[key.Right] = true
			harm, advice := harness.HarmGrave, "Take it out."
			if key.Right != "" {
				advice = fmt.Sprintf("Move it to %s, counted from the top of the configuration.", key.Right)
			}
			// What is switched off where nobody reads it is off all the same.
			if v, is := milvus.Flat(l.tree)[key.Key]; is && key.Right == "" && fmt.Sprint(v) == "false" {
				harm = harness.HarmLow
			}
			m.Findings = append(m.Findings, Finding{File: l.file, Line: l.line(key.Key), Harm: harm,
				What: key.String() + "; the server goes on with its image's default, without a word.", Advice: advice})
			m.checkMoved(l, key)
		}
	}
	return odd
}

// checkMoved looks at the paths in a section that stands in the wrong place, so
// that what else is wrong is not found only after it has been moved.
func (m *Manifest) checkMoved(l layer, odd milvus.Misplacement) {
	for key, v := range milvus.Flat(l.tree) {
		file, is := v.(string)
		if !is || !strings.HasPrefix(key, odd.Key+".") || !strings.HasSuffix(strings.ToLower(key), "path") || m.Kind == Config {
			continue
		}
		if why, advice := m.absent(file); why != "" {
			m.Findings = append(m.Findings, Finding{File: l.file, Line: l.line(key), Harm: harness.HarmHigh, What: fmt.Sprintf("%s names %s, and %s.", key, file, why), Advice: advice})
		}
	}
}

// checkSwitches finds words that are neither true nor false.
func (m *Manifest) checkSwitches(settings map[string]setting) {
	for _, key := range sortedKeys(settings) {
		s := settings[key]
		holds := slices.ContainsFunc(milvus.TLSKeys, func(k milvus.TLSKey) bool { return k.Key == key && k.Holds == milvus.HoldsSwitch }) ||
			slices.Contains(backendSwitches, key)
		if !holds || s.unknown != "" || s.value == nil {
			continue
		}
		if _, err := strconv.ParseBool(fmt.Sprint(s.value)); err != nil {
			m.findAt(key, "", harness.HarmHigh, fmt.Sprintf("%s is %v, which is no switch: the server takes it for false, without a word.", key, s.value), "Write true or false, without quotes of its own.")
		}
	}
}

// checkUnknown finds settings that TLS depends on and whose value is not in
// the file.
func (m *Manifest) checkUnknown(settings map[string]setting) {
	for _, key := range []string{modeKey, internalKey} {
		if s := settings[key]; s.unknown != "" {
			m.blind = true
			m.findAt(key, "", harness.HarmMedium, fmt.Sprintf("%s decides about TLS and is not known: %s.", s.variable, s.unknown), "Write its value here.")
		}
	}
	for _, key := range sortedKeys(settings) {
		if s := settings[key]; s.unknown != "" && key != modeKey && key != internalKey {
			m.notRead(fmt.Sprintf("%s: %s", s.variable, s.unknown))
		}
	}
}

// checkOverridden finds TLS that a file switches on and the environment off.
func (m *Manifest) checkOverridden(settings map[string]setting) {
	for _, key := range []string{modeKey, internalKey} {
		s := settings[key]
		if s.variable == "" || s.unknown != "" || level(s.value) > 0 {
			continue
		}
		for _, l := range m.layers {
			if below, is := milvus.Lookup(milvus.Known(l.tree), key); is && level(below) > 0 {
				m.findAt(key, "", harness.HarmGrave, fmt.Sprintf("%s=%v in the environment wins over %s: %v in the configuration: that TLS is off, and the server says nothing.", s.variable, s.value, key, below),
					"Take the variable out.")
			}
		}
	}
}

// level orders the values of a mode or switch: 0 is off.
func level(value any) int {
	if n, err := strconv.Atoi(fmt.Sprint(value)); err == nil {
		return n
	}
	if b, err := strconv.ParseBool(fmt.Sprint(value)); err == nil && b {
		return 1
	}
	return 0
}

// checkRelease finds a release that does not read what it is given.
func (m *Manifest) checkRelease(settings map[string]setting) {
	tag := m.Release()
	inner := append([]*Manifest{m}, m.others...)
	for _, pod := range inner {
		if r := pod.Release(); on(settings[internalKey], false) && r != "" && !milvus.HasInternalTLS(r) {
			m.findAt(internalKey, "", harness.HarmGrave, fmt.Sprintf("Milvus %s has no TLS between components: they go on in plaintext, without a word.", r), "Use Milvus 2.5 or later.")
			break
		}
	}
	if m.HasUser && !m.Merged && tag != "" && !milvus.ReadsUserYAML(tag) {
		m.find(0, harness.HarmGrave, fmt.Sprintf("Milvus %s does not read user.yaml (and the chart has merged nothing since 4.2.0): nothing of it takes effect, TLS included.", tag),
			"Use Milvus 2.4 or later, the Operator, a chart before 4.2.0, or environment variables.")
	}
}

// checkMode gives the mode that external TLS is configured in: 0 where none is.
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
		m.findAt(modeKey, "", harness.HarmGrave, fmt.Sprintf("%s is %s with its quotes, which is no mode: the server serves plaintext, without a word.", s.variable, word),
			"Take the quotes out: in this form they are part of the value.")
	case err != nil:
		m.findAt(modeKey, "", harness.HarmGrave, fmt.Sprintf("tlsMode is %s, which is no mode: the server serves plaintext, without a word.", word),
			"Set it to 1 (the server shows a certificate) or 2 (clients do, too).")
	default:
		m.findAt(modeKey, "", harness.HarmGrave, fmt.Sprintf("tlsMode is %d, which is no mode: the server serves plaintext, or does not start where REST is on.", mode),
			"Set it to 1 (the server shows a certificate) or 2 (clients do, too).")
	}
	return 0
}

// checkExternal finds what external TLS lacks.
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
	_, named := settings[modeKey]
	if mode == 0 && !odd[modeKey] && !m.blind && (!named || level(settings[modeKey].value) == 0 && isNumber(settings[modeKey].value)) && m.ownCertificate(settings) != "" &&
		!m.overridden(settings) {
		m.findAt("tls", m.ownCertificate(settings), harness.HarmGrave, "certificates are named and external TLS is off: every client is served in plaintext.",
			"Set common.security.tlsMode to 1 or 2.")
	}
}

func isNumber(value any) bool {
	_, err := strconv.Atoi(fmt.Sprint(value))
	return err == nil
}

// overridden tells whether the environment is what switches external TLS off,
// which is a finding of its own.
func (m *Manifest) overridden(settings map[string]setting) bool {
	return slices.ContainsFunc(m.Findings, func(f Finding) bool {
		return settings[modeKey].variable != "" && strings.HasPrefix(f.What, settings[modeKey].variable+"=")
	})
}

// ownCertificate gives a key that names a certificate for clients, or "". Those
// that the stock file names are not the user's.
func (m *Manifest) ownCertificate(settings map[string]setting) string {
	for _, key := range sortedKeys(settings) {
		if strings.HasPrefix(key, "tls.") && clusterKey(key) == "" && !strings.HasPrefix(fmt.Sprint(settings[key].value), "configs/cert/") {
			return key
		}
	}
	return ""
}

// checkREST finds a REST port that the server cannot have under TLS.
func (m *Manifest) checkREST(settings map[string]setting) {
	if s, named := settings["proxy.http.enabled"]; named && !on(s, true) || m.blind {
		return
	}
	if milvus.SharesPort(known(settings)) {
		m.findAt("proxy.http.port", modeKey, harness.HarmHigh,
			"TLS is on and REST has no port of its own: 2.2 and 2.3 leave REST out without a word, 2.5 and later do not start.",
			"Set proxy.http.port to a port of its own, such as 8080.")
	}
}

// known gives settings as a configuration.
func known(settings map[string]setting) map[string]any {
	flat := map[string]any{}
	for key, s := range settings {
		flat[key] = s.value
	}
	return milvus.Known(flat)
}

// wants finds what a kind of TLS needs and the configuration does not say, and
// paths that lead to nothing.
func (m *Manifest) wants(settings map[string]setting, section, what string, keys ...string) {
	for _, key := range keys {
		full := section + "." + key
		s, named := settings[full]
		file, is := s.value.(string)
		switch {
		case s.unknown != "":
		case (!named || !is || file == "") && m.blind: // it may be in what was not read
		case !named || !is || file == "":
			m.findAt(section, switches[section], harness.HarmGrave,
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
		m.findAt(key, "", harness.HarmMedium, fmt.Sprintf("%s names %s, and the certificate beside it is tls.crt, as in a secret of type kubernetes.io/tls: there the CA is ca.crt, if it is there at all.", key, file),
			"Name ca.crt, or give the secret with --secret.")
	case why == "":
	case m.Kind == Config && path.IsAbs(file):
		m.notRead("whether the server has the files that it names")
	default:
		m.findAt(key, "", harness.HarmHigh, fmt.Sprintf("%s names %s, and %s.", key, file, why), advice)
	}
}

// oddlyNamed tells of a CA that is looked for under another name than the one that
// secrets of type kubernetes.io/tls have it under.
func (m *Manifest) oddlyNamed(key, file string) bool {
	if !strings.HasSuffix(key, ".caPemPath") || path.Base(file) == "ca.crt" || m.look(file).presence != unseen || m.Kind == Compose || m.Kind == Config {
		return false
	}
	beside, _ := m.settings()[strings.TrimSuffix(key, "caPemPath")+"serverPemPath"].value.(string)
	return path.Base(beside) == "tls.crt" && path.Dir(beside) == path.Dir(file)
}

// absent says why a container has no file of the user's at a path, or nothing
// where it has one or where that cannot be told.
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
	case unseen:
		if s.why != "" {
			m.notRead(s.why)
		}
	}
	return "", ""
}
