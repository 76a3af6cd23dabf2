package milvus

import (
	"slices"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

func TestMisplaced(t *testing.T) {
	for text, want := range map[string][]Misplacement{
		// Every key at its place, in any spelling that a server reads.
		"common: {security: {tlsMode: 1, internaltlsEnabled: true}}\ntls: {serverPemPath: a}\ninternaltls: {sni: b}\nproxy: {http: {port: 1}}": nil,
		"common: {security: {tlsmode: 1}}\ntls.serverPemPath: a":                                                                               nil,
		// What has TLS of its own.
		"etcd: {ssl: {enabled: true, tlsCert: a}}\nminio: {ssl: {tlsCACert: a}}\nkafka: {ssl: {tlsCert: b}}\ntrace: {otlp: {secure: true}}": nil,

		"common: {tls: {serverPemPath: a, caPemPath: b}}": {{"common.tls", "tls"}},
		"common: {security: {tls: {serverPemPath: a}}}":   {{"common.security.tls", "tls"}},
		"proxy: {tls: {}}":                       {{"proxy.tls", "tls"}},
		"common: {internaltls: {sni: a}}":        {{"common.internaltls", "internaltls"}},
		"common: {tlsMode: 1}":                   {{"common.tlsMode", "common.security.tlsMode"}},
		"tlsMode: 1":                             {{"tlsMode", "common.security.tlsMode"}},
		"tls: {tlsMode: 1}":                      {{"tls.tlsMode", "common.security.tlsMode"}},
		"security: {tlsMode: 1}":                 {{"security", "common.security"}},
		"proxy: {serverPemPath: a}":              {{"proxy.serverPemPath", "tls.serverPemPath"}},
		"http: {port: 8080}":                     {{"http", "proxy.http"}},
		"common: {security: {tlsEnabled: true}}": {{"common.security.tlsEnabled", ""}},
		"tls: {certPath: a}":                     {{"tls.certPath", ""}},
		"common: {tlsMode: 1, security: {internalTlsMode: 1}}": {
			{"common.security.internalTlsMode", ""}, {"common.tlsMode", "common.security.tlsMode"},
		},
	} {
		tree, err := Parse("test", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := Misplaced(tree); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

// What the harness gives its own servers is where a server reads it.
func TestOwnConfigurationIsInPlace(t *testing.T) {
	text, err := Config(nil, Setup{Topology: harness.Topology{Mode: 2}, Files: pki.ServerFiles{Dir: "/c"}, Ports: make([]int, len(Roles))})
	if err != nil {
		t.Fatal(err)
	}
	tree, err := Parse("milvus.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	if odd := Misplaced(tree); len(odd) > 0 {
		t.Errorf("misplaced: %v", odd)
	}
}

func TestReadsUserYAML(t *testing.T) {
	for version, want := range map[string]bool{"2.2.16": false, "v2.3.5": false, "2.3.22": false, "2.4.0": true, "v2.4.0-rc.1": true, "v2.6.17": true, "nightly": true} {
		if ReadsUserYAML(version) != want {
			t.Errorf("%s: %t", version, !want)
		}
	}
}
