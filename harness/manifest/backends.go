package manifest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
)

// backendKeys decide whether the server's own connections are encrypted (read in
// the stock files of 2.2 to 3.0). Pulsar has no key but its address.
var backendKeys = []string{
	"etcd.ssl.enabled", "etcd.ssl.tlsCert", "etcd.ssl.tlsKey", "etcd.ssl.tlsCACert", "etcd.ssl.tlsMinVersion",
	"minio.useSSL", "minio.ssl.tlsCACert", "minio.ssl.tlsMinVersion",
	"kafka.ssl.enabled", "kafka.ssl.tlsCert", "kafka.ssl.tlsKey", "kafka.ssl.tlsCACert", "kafka.securityProtocol",
	"pulsar.address",
}

var backendSwitches = []string{"etcd.ssl.enabled", "minio.useSSL", "kafka.ssl.enabled"}

func sortedKeys(settings map[string]setting) []string { return slices.Sorted(maps.Keys(settings)) }

func (m *Manifest) checkBackends(settings map[string]setting) {
	m.checkEtcd(settings)
	m.checkStore(settings)
	m.checkQueue(settings)
}

func (m *Manifest) checkEtcd(settings map[string]setting) {
	named := false
	for _, key := range []string{"etcd.ssl.tlsCert", "etcd.ssl.tlsKey", "etcd.ssl.tlsCACert"} {
		s, is := settings[key]
		file, _ := s.value.(string)
		named = named || is && !stockPath(file)
		switch {
		case !on(settings["etcd.ssl.enabled"], false) || s.unknown != "":
		case !is && m.blind:
		case !is || file == "" || stockPath(file):
			m.findAt("etcd.ssl.enabled", "", harness.SeverityHigh, fmt.Sprintf("etcd's TLS is on and %s is not set: the stock file names a path that no image has, and the server does not start.", key),
				fmt.Sprintf("Set %s.", key))
		default:
			m.checkPath(key, file)
		}
	}
	if named && !on(settings["etcd.ssl.enabled"], false) && settings["etcd.ssl.enabled"].unknown == "" && !m.blind {
		m.findAt("etcd.ssl", "", harness.SeverityHigh, "certificates for etcd are named and etcd.ssl.enabled is not true: the server speaks plaintext to etcd.",
			"Set etcd.ssl.enabled to true.")
	}
	if s, is := settings["etcd.ssl.tlsMinVersion"]; is && s.unknown == "" && !slices.Contains([]string{"1.0", "1.1", "1.2", "1.3"}, fmt.Sprint(s.value)) {
		m.findAt("etcd.ssl.tlsMinVersion", "", harness.SeverityMedium, fmt.Sprintf("etcd.ssl.tlsMinVersion is %v, which is no version of TLS.", s.value), "Set it to 1.2 or 1.3.")
	}
}

// stockPath reports whether a path is a stock file's placeholder.
func stockPath(file string) bool { return strings.HasPrefix(file, "/path/to/") }

func (m *Manifest) checkStore(settings map[string]setting) {
	const ca = "minio.ssl.tlsCACert"
	s := settings[ca]
	file, _ := s.value.(string)
	own := file != "" && !stockPath(file)
	secure := on(settings["minio.useSSL"], false)
	switch {
	case s.unknown != "" || settings["minio.useSSL"].unknown != "":
	case own && secure && m.Release() != "" && olderThan(m.Release(), "2.3.12"):
		m.findAt(ca, "", harness.SeverityMedium, fmt.Sprintf("Milvus %s does not read %s: the server trusts what SSL_CERT_FILE names.", m.Release(), ca), "Set SSL_CERT_FILE, or use 2.3.12 or later.")
	case own && secure:
		m.checkPath(ca, file)
	case own && !secure && !m.blind:
		m.findAt(ca, "", harness.SeverityHigh, "a CA for the object store is named and minio.useSSL is not true: the server speaks plaintext to it.", "Set minio.useSSL to true.")
	}
	const floor = "minio.ssl.tlsMinVersion"
	if _, is := settings[floor]; is && m.Release() != "" && olderThan(m.Release(), "2.6.12") {
		m.findAt(floor, "", harness.SeverityMedium, fmt.Sprintf("Milvus %s does not read %s: it is read from 2.6.12 on.", m.Release(), floor), "Take it out, or use a later release.")
	}
}

func (m *Manifest) checkQueue(settings map[string]setting) {
	secure, protocol := on(settings["kafka.ssl.enabled"], false), strings.ToUpper(fmt.Sprint(settings["kafka.securityProtocol"].value))
	if secure && strings.HasSuffix(protocol, "PLAINTEXT") {
		m.findAt("kafka.securityProtocol", "", harness.SeverityHigh, fmt.Sprintf("kafka.ssl.enabled is true and kafka.securityProtocol is %s: the server speaks plaintext to Kafka.", protocol),
			"Set it to SSL or SASL_SSL.")
	}
	// The protocol alone chooses TLS, and the client library's default is
	// plaintext (read in 2.6's client). The chart and the Operator may set it.
	_, said := settings["kafka.securityProtocol"]
	switch {
	case !secure || said || m.blind:
	case m.Kind == Chart || m.Kind == Operator:
		m.notRead("kafka.securityProtocol, which chooses TLS for Kafka and is set, if at all, from elsewhere in the file")
	default:
		m.findAt("kafka.ssl.enabled", "", harness.SeverityHigh, "kafka.ssl.enabled is true and kafka.securityProtocol is not set: that alone chooses TLS, and without it the server speaks plaintext to Kafka.",
			"Set kafka.securityProtocol to SSL or SASL_SSL.")
	}
	for _, key := range []string{"kafka.ssl.tlsCert", "kafka.ssl.tlsKey", "kafka.ssl.tlsCACert"} {
		if file, is := settings[key].value.(string); is && file != "" && settings[key].unknown == "" && secure {
			m.checkPath(key, file)
		}
	}
	if !secure && strings.HasSuffix(protocol, "SSL") {
		m.notRead("which CA the server trusts for Kafka: kafka.securityProtocol asks for TLS, and kafka.ssl.enabled does not name one")
	}
	if strings.HasPrefix(fmt.Sprint(settings["pulsar.address"].value), "pulsar+ssl://") {
		m.notRead("which CA the server trusts for Pulsar: no key names one")
	}
}

// clusterKey returns the canonical spelling of a key of tls.clusters, with which a
// server verifies and is verified when it replicates to another one, or "".
func clusterKey(key string) string {
	parts := strings.Split(key, ".")
	if len(parts) < 4 || !strings.EqualFold(parts[0], "tls") || !strings.EqualFold(parts[1], "clusters") {
		return ""
	}
	leaf := parts[len(parts)-1]
	for _, name := range []string{"caPemPath", "clientPemPath", "clientKeyPath"} {
		if strings.EqualFold(leaf, name) {
			return "tls.clusters." + strings.Join(parts[2:len(parts)-1], ".") + "." + name
		}
	}
	return ""
}

// checkClusters checks the connections to other clusters. A release before 2.6.12 reads none of
// that (by its release notes).
func (m *Manifest) checkClusters(settings map[string]setting) {
	ids := map[string][]string{}
	for _, key := range sortedKeys(settings) {
		if clusterKey(key) == "" {
			continue
		}
		i := strings.LastIndex(key, ".")
		ids[key[:i]] = append(ids[key[:i]], key[i+1:])
		if file, is := settings[key].value.(string); is && file != "" {
			m.checkPath(key, file)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		at := id + "." + ids[id][0]
		if m.Release() != "" && olderThan(m.Release(), "2.6.12") {
			m.findAt(at, "", harness.SeverityHigh, fmt.Sprintf("Milvus %s does not read %s: it is read from 2.6.12 on, and replication stays in plaintext.", m.Release(), id), "Use 2.6.12 or later.")
			continue
		}
		if !slices.Contains(ids[id], "clientPemPath") || !slices.Contains(ids[id], "clientKeyPath") {
			m.findAt(at, "", harness.SeverityHigh, fmt.Sprintf("%s names no client certificate and key: caPemPath alone does not switch TLS on, and replication stays in plaintext.", id),
				"Set clientPemPath and clientKeyPath beside it.")
		}
	}
}
