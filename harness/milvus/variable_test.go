package milvus

import "testing"

// Every spelling here was given to a server, or to a release's configuration
// code, and the key's value was looked at.
func TestKeyOf(t *testing.T) {
	const mode = "common.security.tlsMode"
	for _, tt := range []struct {
		variable, release, key string
		odd                    bool
	}{
		{"COMMON_SECURITY_TLSMODE", "v2.3.5", mode, false},
		{"COMMON_SECURITY_TLS_MODE", "v2.3.5", mode, false},
		{"common_security_tlsMode", "v2.3.5", mode, false},
		{"COMMONSECURITYTLSMODE", "v2.5.8", mode, false},
		{"common.security.tlsMode", "v2.5.8", mode, false},
		{"milvus.common.security.tlsMode", "v2.6.3", mode, false},
		{"TLS_CA_PEM_PATH", "v2.6.3", "tls.caPemPath", false},
		{"COMMON-SECURITY-TLSMODE", "v2.6.3", "", false},
		{"MILVUS_COMMON_SECURITY_TLSMODE", "v2.6.3", "", true},
		{"HTTP_PROXY_PORT", "v2.6.3", "", false},
		{"COMMON_SECURITY_TLSENABLED", "v2.6.3", "", true},
		{"MILVUS_CONF_COMMON_SECURITY_TLSMODE", "v2.3.5", "", true},
		{"MILVUS_CONF_COMMON_SECURITY_TLSMODE", "v2.5.8", "", true},
		{"MILVUS_CONF_COMMON_SECURITY_TLSMODE", "v2.6.3", mode, false},
		{"MILVUS_CONF_COMMON_SECURITY_TLSMODE", "nightly", mode, false},
		{"ETCD_ENDPOINTS", "v2.6.3", "", false},
	} {
		if key, odd := KeyOf(tt.variable, tt.release); key != tt.key || odd != tt.odd {
			t.Errorf("%s on %s: %q, %t, want %q, %t", tt.variable, tt.release, key, odd, tt.key, tt.odd)
		}
	}
}

// What the harness writes, a server reads back as the same key.
func TestEveryVariableSetsItsKey(t *testing.T) {
	for _, k := range TLSKeys {
		if key, _ := KeyOf(Variable(k.Key), "v2.6.3"); key != k.Key {
			t.Errorf("%s sets %q, not %s", Variable(k.Key), key, k.Key)
		}
	}
}
