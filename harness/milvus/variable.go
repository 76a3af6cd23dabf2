package milvus

import "strings"

// Variable returns the environment variable that wins over a key of milvus.yaml
// (seen on 2.3.5), in the spelling that the documentation uses.
func Variable(key string) string { return strings.ToUpper(strings.ReplaceAll(key, ".", "_")) }

// confPrefix may stand before a variable's name from 2.6 on.
const confPrefix = "MILVUS_CONF_"

// KeyOf returns the TLS key that an environment variable sets in a release, or
// "". Odd tells that the variable looks like one that sets a TLS key and sets
// none. Servers mind neither upper and lower case nor where the underscores are:
// TLS_CA_PEM_PATH and tls_capempath are one (seen on a 2.3.5 server, and in
// running 2.5.8's and 2.6.3's configuration code). What is no version is taken
// for a new one.
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
	if prefixed && !readsConfPrefix(release) {
		return "", odd || key != ""
	}
	return key, odd && key == ""
}

// folded returns a name as servers compare names.
func folded(name string) string {
	name = strings.TrimPrefix(strings.ToLower(name), "milvus.")
	return strings.NewReplacer("_", "", ".", "", "/", "").Replace(name)
}

// readsConfPrefix reports whether a release reads MILVUS_CONF_ before a name: from
// 2.6 on (2.6.3's configuration code was seen to, 2.5.8's and a 2.3.5 server
// were seen not to).
func readsConfPrefix(release string) bool { return !before(release, "2.6.0-0") }
