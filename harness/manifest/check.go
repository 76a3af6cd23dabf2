package manifest

import (
	"fmt"
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

func (m *Manifest) check() {
	m.checkVolumes()
	m.checkUser()
	m.checkVariables()
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
	m.checkAlike(settings)
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
			severity, advice := harness.SeverityCritical, "Take it out."
			if key.Right != "" {
				advice = fmt.Sprintf("Move it to %s, counted from the top of the configuration.", key.Right)
			}
			// A misplaced "off" is off all the same.
			if v, is := milvus.Flat(l.tree)[key.Key]; is && key.Right == "" && fmt.Sprint(v) == "false" {
				severity = harness.SeverityLow
			}
			m.Findings = append(m.Findings, Finding{File: l.file, Line: l.line(key.Key), Severity: severity,
				What: key.String() + "; the server goes on with its image's default, without a warning.", Remediation: advice})
			m.checkMoved(l, key)
		}
	}
	return odd
}

// checkMoved checks the paths in a misplaced section, so that their errors are not found only
// after it has been moved.
func (m *Manifest) checkMoved(l layer, odd milvus.Misplacement) {
	for key, v := range milvus.Flat(l.tree) {
		file, is := v.(string)
		if !is || !strings.HasPrefix(key, odd.Key+".") || !strings.HasSuffix(strings.ToLower(key), "path") || m.Kind == Config {
			continue
		}
		if why, advice := m.absent(file); why != "" {
			m.Findings = append(m.Findings, Finding{File: l.file, Line: l.line(key), Severity: harness.SeverityHigh, What: fmt.Sprintf("%s names %s, and %s.", key, file, why), Remediation: advice})
		}
	}
}

func (m *Manifest) checkSwitches(settings map[string]setting) {
	for _, key := range sortedKeys(settings) {
		s := settings[key]
		holds := slices.ContainsFunc(milvus.TLSKeys, func(k milvus.TLSKey) bool { return k.Key == key && k.Holds == milvus.HoldsSwitch }) ||
			slices.Contains(backendSwitches, key)
		if !holds || s.unknown != "" || s.value == nil {
			continue
		}
		if _, err := strconv.ParseBool(fmt.Sprint(s.value)); err != nil {
			m.findAt(key, "", harness.SeverityHigh, fmt.Sprintf("%s is %v, which is neither true nor false: the server takes it for false, without a warning.", key, s.value), "Write true or false, without quotes of its own.")
		}
	}
}

// checkUnknown finds settings that TLS depends on and whose value is not in
// the file.
func (m *Manifest) checkUnknown(settings map[string]setting) {
	for _, key := range []string{modeKey, internalKey} {
		if s := settings[key]; s.unknown != "" {
			m.blind = true
			m.findAt(key, "", harness.SeverityMedium, fmt.Sprintf("%s decides about TLS and is not known: %s.", s.variable, s.unknown), "Write its value here.")
		}
	}
	for _, key := range sortedKeys(settings) {
		if s := settings[key]; s.unknown != "" && key != modeKey && key != internalKey {
			m.notRead(fmt.Sprintf("%s: %s", s.variable, s.unknown))
		}
	}
}

func (m *Manifest) checkOverridden(settings map[string]setting) {
	for _, key := range []string{modeKey, internalKey} {
		s := settings[key]
		if s.variable == "" || s.unknown != "" || level(s.value) > 0 {
			continue
		}
		for _, l := range m.layers {
			if below, is := milvus.Lookup(milvus.Known(l.tree), key); is && level(below) > 0 {
				m.findAt(key, "", harness.SeverityCritical, fmt.Sprintf("%s=%v in the environment wins over %s: %v in the configuration: that TLS is off, and the server says nothing.", s.variable, s.value, key, below),
					"Take the variable out.")
			}
		}
	}
}

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
			m.findAt(internalKey, "", harness.SeverityCritical, fmt.Sprintf("Milvus %s has no TLS between components: they go on in plaintext, without a warning.", r), "Use Milvus 2.5 or later.")
			break
		}
	}
	if m.HasUser && !m.Merged && tag != "" && !milvus.ReadsUserYAML(tag) {
		m.find(0, harness.SeverityCritical, fmt.Sprintf("Milvus %s does not read user.yaml (and the chart has merged nothing since 4.2.0): nothing of it takes effect, TLS included.", tag),
			"Use Milvus 2.4 or later, the Operator, a chart before 4.2.0, or environment variables.")
	}
}
