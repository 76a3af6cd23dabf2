package milvus

import "strings"

// Variable returns the environment variable that wins over a key of milvus.yaml
// (seen on 2.3.5), in the spelling that the documentation uses.
func Variable(key string) string { return strings.ToUpper(strings.ReplaceAll(key, ".", "_")) }

// confPrefix is an optional prefix of variables from 2.6 on.
const confPrefix = "MILVUS_CONF_"

// KeyOf returns the TLS key that an environment variable sets in a release, or "". Odd reports a
// variable that looks like one of a TLS key and sets none. Servers ignore case and underscores:
// TLS_CA_PEM_PATH and tls_capempath are the same (seen on a 2.3.5, and when running the
// configuration code of 2.5.8 and 2.6.3). A version that cannot be parsed counts as a new one.
func KeyOf(variable, release string) (key string, odd bool) {
	bare, prefixed := strings.CutPrefix(variable, confPrefix)
	name := folded(bare)
	odd = strings.HasPrefix(name, "tls") || strings.HasPrefix(name, "internaltls") || strings.HasPrefix(name, "commonsecuritytls")
	for _, k := range TLSKeys {
		known := folded(k.Key)
		if known == name {
			key = k.Key
		}
		// A prefix that nothing strips, MILVUS_ among them.
		odd = odd || strings.Contains(known, "tls") && strings.HasSuffix(name, known)
	}
	if prefixed && before(release, "2.6.0-0") {
		return "", odd || key != ""
	}
	return key, odd && key == ""
}

// folded returns a name as servers compare names.
func folded(name string) string {
	name = strings.TrimPrefix(strings.ToLower(name), "milvus.")
	return strings.NewReplacer("_", "", ".", "", "/", "").Replace(name)
}
