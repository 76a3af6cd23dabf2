package manifest

import (
	"fmt"
	"path"
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
)

// configuration is what the manifest itself configures, whoever merges it. A
// Compose file's user.yaml and environment are merged already.
func (m *Manifest) configuration() map[string]any {
	if m.Kind == Chart {
		return m.User
	}
	return m.Config
}

// Effective gives what the manifest sets of milvus.TLSKeys on a release: all
// else is as in the image's own milvus.yaml.
func (m *Manifest) Effective(release string) map[string]any {
	if m.Kind == Chart && !milvus.ReadsUserYAML(release) {
		return map[string]any{}
	}
	return milvus.Known(m.configuration())
}

// checkConfig finds what the configuration says and the server does not do.
func (m *Manifest) checkConfig() {
	config := m.configuration()
	odd := map[string]bool{}
	for _, key := range milvus.Misplaced(config) {
		odd[key.Right] = true
		m.misplaced(key)
	}
	config = milvus.Known(config)
	m.checkRelease()
	mode := m.checkMode(config)
	if mode > 0 {
		m.checkREST(config)
	}
	if mode > 0 && !odd["tls"] {
		m.wants("tls", "external TLS", "serverPemPath", "serverKeyPath")
		if mode == 2 {
			m.wants("tls", "mode 2", "caPemPath")
		}
	}
	if on, _ := milvus.Lookup(config, "common.security.internaltlsEnabled"); fmt.Sprint(on) == "true" && !odd["internaltls"] {
		m.wants("internaltls", "internal TLS", "serverPemPath", "serverKeyPath", "caPemPath", "sni")
	}
	if _, named := milvus.Lookup(config, "tls"); named && mode == 0 && !odd["common.security.tlsMode"] {
		m.find(m.line("tls"), harness.HarmGrave, "certificates are named and external TLS is off: every client is served in plaintext.",
			"Set common.security.tlsMode to 1 or 2.")
	}
}

// misplaced finds a key in the wrong place.
func (m *Manifest) misplaced(odd milvus.Misplacement) {
	advice := "Take it out."
	if odd.Right != "" {
		advice = fmt.Sprintf("Move it to %s, counted from the top of the configuration.", odd.Right)
	}
	m.find(m.line(odd.Key), harness.HarmGrave, odd.String()+"; the server goes on with its image's default, without a word.", advice)
}

// checkRelease finds a release that does not read what it is given.
func (m *Manifest) checkRelease() {
	tag := m.Release()
	const internal = "common.security.internaltlsEnabled"
	if on, _ := milvus.Lookup(m.Effective(tag), internal); fmt.Sprint(on) == "true" && !milvus.HasInternalTLS(tag) {
		m.find(m.line(internal), harness.HarmGrave, fmt.Sprintf("Milvus %s has no TLS between components: they go on in plaintext, without a word.", tag),
			"Use Milvus 2.5 or later.")
	}
	if m.HasUser && tag != "" && !milvus.ReadsUserYAML(tag) {
		m.find(0, harness.HarmGrave, fmt.Sprintf("Milvus %s does not read user.yaml (and the chart has merged nothing since 4.2.0): nothing of it takes effect, TLS included.", tag),
			"Use Milvus 2.4 or later, the Operator, a chart before 4.2.0, or environment variables.")
	}
}

// checkMode gives the mode that external TLS is configured in: 0 where none is.
func (m *Manifest) checkMode(config map[string]any) int {
	const key = "common.security.tlsMode"
	value, named := milvus.Lookup(config, key)
	if !named {
		return 0
	}
	mode := slices.Index([]string{"0", "1", "2"}, fmt.Sprint(value))
	if mode < 0 {
		m.find(m.line(key), harness.HarmGrave, fmt.Sprintf("tlsMode is %v, which is no mode: a server of 2.2 or 2.3 then serves plaintext.", value),
			"Set it to 1 (the server shows a certificate) or 2 (clients do, too).")
		return 0
	}
	return mode
}

// checkREST finds a REST port that the server cannot have under TLS.
func (m *Manifest) checkREST(config map[string]any) {
	if on, named := milvus.Lookup(config, "proxy.http.enabled"); named && fmt.Sprint(on) == "false" {
		return
	}
	if milvus.SharesPort(config) {
		m.find(m.line("proxy.http.port"), harness.HarmHigh,
			"TLS is on and REST has no port of its own: 2.2 and 2.3 leave REST out without a word, 2.5 and later do not start.",
			"Set proxy.http.port to a port of its own, such as 8080.")
	}
}

// wants finds what a kind of TLS needs and the configuration does not say, and
// paths that lead to nothing.
func (m *Manifest) wants(section, what string, keys ...string) {
	for _, key := range keys {
		full := section + "." + key
		value, named := milvus.Lookup(milvus.Known(m.configuration()), full)
		file, is := value.(string)
		switch {
		case !named || !is || file == "":
			m.find(m.line(section), harness.HarmGrave,
				fmt.Sprintf("%s is on and %s is not set: the server takes what its image ships, whose private key is public.", what, full),
				fmt.Sprintf("Set %s.", full))
		case key != "sni":
			m.checkPath(full, file)
		}
	}
}

// checkPath finds out whether the pod has a file where the configuration names
// one.
func (m *Manifest) checkPath(key, file string) {
	line := m.line(key)
	nothing := func(why, advice string) {
		m.find(line, harness.HarmHigh, fmt.Sprintf("%s names %s, and %s.", key, file, why), advice)
	}
	if !path.IsAbs(file) {
		nothing("that is relative to the server's working directory, where its image ships certificates with public keys", "Write the path in full.")
		return
	}
	mount, rest := m.Holding(file)
	if mount == nil {
		nothing("nothing is mounted there", fmt.Sprintf("Mount the secret at %s (volumes and volumeMounts).", path.Dir(file)))
		return
	}
	volume := m.volume(mount.Name)
	if volume == nil {
		return // found already
	}
	if volume.EmptyDir != nil {
		nothing(fmt.Sprintf("the volume %s that is mounted at %s is empty", mount.Name, mount.MountPath), "Name a path in the secret's mount.")
		return
	}
	if volume.Secret == nil {
		return // a volume of another kind may hold anything
	}
	inSecret := keyOf(volume, mount, rest)
	secret := m.secret(volume.Secret.SecretName)
	switch {
	case inSecret == "":
		nothing(fmt.Sprintf("the volume %s does not list it among its items", mount.Name), "Add it to items, or take items out.")
	case secret != nil && !has(secret, inSecret):
		nothing(fmt.Sprintf("the secret %s has no key %s", secret.Name, inSecret), fmt.Sprintf("Add the key: --from-file=%s.", inSecret))
	}
}
