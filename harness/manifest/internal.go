package manifest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
)

var internalFiles = []string{"serverPemPath", "serverKeyPath", "caPemPath"}

// checkInternal finds what TLS between components lacks, in the pod of each:
// every component shows the certificate, and trusts the CA.
func (m *Manifest) checkInternal(settings map[string]setting) {
	m.wants(settings, "internaltls", "internal TLS", append(slices.Clone(internalFiles), "sni")...)
	type fault struct{ key, file, why, advice string }
	who := map[fault][]string{}
	for _, other := range m.others {
		for _, key := range internalFiles {
			full := "internaltls." + key
			file, is := settings[full].value.(string)
			if !is || file == "" || settings[full].unknown != "" {
				continue
			}
			if why, advice := other.absent(file); why != "" {
				f := fault{full, file, why, advice}
				who[f] = append(who[f], other.title())
			}
		}
		m.NotRead = append(m.NotRead, slices.DeleteFunc(other.NotRead, func(s string) bool { return slices.Contains(m.NotRead, s) })...)
	}
	for _, f := range slices.SortedFunc(maps.Keys(who), func(a, b fault) int { return strings.Compare(a.key+a.why, b.key+b.why) }) {
		m.findAt(f.key, "", harness.SeverityHigh, fmt.Sprintf("%s names %s, and in the pods of %s %s: such a component speaks plaintext or does not start.",
			f.key, f.file, strings.Join(who[f], ", "), f.why), f.advice)
	}
}

func (m *Manifest) title() string {
	if m.Name != "" {
		return m.Name
	}
	return m.Role
}

// checkAlike finds deployments in which only some components use TLS among each other: an
// environment may configure a single one.
func (m *Manifest) checkAlike(settings map[string]setting) {
	mine := settings[internalKey]
	var differ []string
	for _, other := range m.others {
		own := Manifest{layers: other.layers, env: other.env, Image: other.Image}
		if len(own.layers) == 0 {
			own.layers = m.layers
		}
		s := own.settings()[internalKey]
		if m.blind || other.blind || s.unknown != "" || mine.unknown != "" || on(s, false) == on(mine, false) {
			continue
		}
		differ = append(differ, other.title())
	}
	if len(differ) == 0 {
		return
	}
	what := "internal TLS is off in the pods of %s and on in the proxy's: components that differ do not reach each other."
	if !on(mine, false) {
		what = "internal TLS is on in the pods of %s and off in the proxy's: components that differ do not reach each other."
	}
	m.findAt(internalKey, "", harness.SeverityHigh, fmt.Sprintf(what, strings.Join(differ, ", ")), "Set it alike for every component.")
}
