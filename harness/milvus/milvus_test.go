package milvus

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

func setup(t harness.Topology, c harness.ConfigChange) Setup {
	s := Setup{
		Topology: t, Change: c, Files: pki.ServerFiles{Dir: "/run/files"}, Data: "/run/work", Work: "/run/work",
		Storage: Storage{Etcd: "127.0.0.1:1", Root: "cell", Object: "127.0.0.1:2", Bucket: "b", Access: "a", Secret: "s"},
	}
	for i := range Roles {
		s.Ports = append(s.Ports, 1000+i)
	}
	return s
}

// read returns the value under a dotted key of a configuration, and whether it
// is there.
func read(t *testing.T, base string, s Setup, key string) (any, bool) {
	t.Helper()
	text, err := Config([]byte(base), s)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(key, ".") {
		m, ok := tree.(map[string]any)
		if !ok {
			return nil, false
		}
		if tree, ok = m[part]; !ok {
			return nil, false
		}
	}
	return tree, true
}

func TestConfig(t *testing.T) {
	mode1 := harness.Topology{Mode: 1}
	tests := []struct {
		name string
		s    Setup
		key  string
		want any // nil means that the key is not there
	}{
		{"mode", setup(harness.Topology{Mode: 2}, harness.ConfigChange{}), "common.security.tlsMode", 2},
		{"users", setup(harness.Topology{Users: true}, harness.ConfigChange{}), "common.security.authorizationEnabled", true},
		{"certificate", setup(mode1, harness.ConfigChange{}), "tls.serverPemPath", "/run/files/server.pem"},
		{"missing file", setup(mode1, harness.ConfigChange{File: harness.CACert, Defect: harness.Missing}), "tls.caPemPath", "/run/files/missing/ca.pem"},
		{"missing file leaves the others", setup(mode1, harness.ConfigChange{File: harness.CACert, Defect: harness.Missing}), "tls.serverKeyPath", "/run/files/server.key"},
		{"relative", setup(mode1, harness.ConfigChange{Defect: harness.Relative}), "tls.serverKeyPath", filepath.Join("..", "files", "server.key")},
		{"a setting, as a number", setup(mode1, harness.ConfigChange{Key: "common.security.tlsMode", Value: "3"}), "common.security.tlsMode", 3},
		{"a setting, as a word", setup(mode1, harness.ConfigChange{Key: "common.security.tlsMode", Value: "two"}), "common.security.tlsMode", "two"},
		{"gRPC's port", setup(mode1, harness.ConfigChange{}), "proxy.port", 1000},
		{"REST's own port", setup(mode1, harness.ConfigChange{}), "proxy.http.port", 1001},
		{"REST's port unset", setup(harness.Topology{REST: harness.UnsetPort}, harness.ConfigChange{}), "proxy.http.port", nil},
		{"REST's port equal", setup(harness.Topology{REST: harness.EqualPort}, harness.ConfigChange{}), "proxy.http.port", 1000},
		{"REST off", setup(harness.Topology{REST: harness.NoREST}, harness.ConfigChange{}), "proxy.http.enabled", false},
		{"object store", setup(mode1, harness.ConfigChange{}), "minio.port", 2},
		{"plaintext to the object store", setup(mode1, harness.ConfigChange{}), "minio.useSSL", false},
		{"TLS to the object store", setup(harness.Topology{StoreTLS: true}, harness.ConfigChange{}), "minio.useSSL", true},
		{"plaintext to etcd", setup(mode1, harness.ConfigChange{}), "etcd.ssl.enabled", false},
		{"TLS to etcd", setup(harness.Topology{EtcdTLS: true}, harness.ConfigChange{}), "etcd.ssl.enabled", true},
		{"what etcd is shown", setup(harness.Topology{EtcdTLS: true}, harness.ConfigChange{}), "etcd.ssl.tlsCert", "/run/files/etcd-client.pem"},
		{"what etcd is not shown", setup(harness.Topology{EtcdTLS: true}, harness.ConfigChange{File: harness.EtcdCert, Defect: harness.Missing}),
			"etcd.ssl.tlsCert", "/run/files/missing/etcd-client.pem"},
		{"TLS between components", setup(harness.Topology{Internal: harness.InternalOn}, harness.ConfigChange{}), "common.security.internaltlsEnabled", true},
		{"the name that components expect", setup(harness.Topology{Internal: harness.InternalOn}, harness.ConfigChange{}), "internaltls.sni", harness.InternalName},
		{"what components show", setup(harness.Topology{Internal: harness.InternalOn}, harness.ConfigChange{}), "internaltls.serverPemPath", "/run/files/internal.pem"},
		{"a certificate that is not there", setup(harness.Topology{Internal: harness.InternalNoCert}, harness.InternalNoCert.Change()),
			"internaltls.serverPemPath", "/run/files/missing/internal.pem"},
		{"no name to expect", setup(harness.Topology{Internal: harness.InternalEmptySNI}, harness.InternalEmptySNI.Change()), "internaltls.sni", ""},
		{"no TLS between components", setup(mode1, harness.ConfigChange{}), "common.security.internaltlsEnabled", nil},
		{"stock value stays", setup(mode1, harness.ConfigChange{}), "stock.kept", "yes"},
		{"a log level at which refusals are told", Setup{Refusals: true}, "grpc.log.level", "INFO"},
		{"gRPC's logger where it tells of none", setup(mode1, harness.ConfigChange{}), "grpc.log.level", nil},
	}
	for _, tt := range tests {
		got, there := read(t, "stock: {kept: yes}\nproxy: {http: {port: 9}}", tt.s, tt.key)
		if there != (tt.want != nil) || there && got != tt.want {
			t.Errorf("%s: %s is %v (%v), want %v", tt.name, tt.key, got, there, tt.want)
		}
	}
	local := setup(mode1, harness.ConfigChange{})
	local.Storage.Object = ""
	if got, _ := read(t, "", local, "common.storageType"); got != "local" {
		t.Errorf("without an object store the storage is %v", got)
	}
	if _, err := Config([]byte(":\n\t:"), local); err == nil {
		t.Error("a stock file that is no YAML was taken")
	}
}

func TestReported(t *testing.T) {
	if got := Reported([]byte("\nVersion:   v2.3.5-lite\n")); got != "v2.3.5-lite" {
		t.Errorf("reported %q", got)
	}
	if got := Reported([]byte("the Version: of things")); got != "" {
		t.Errorf("a banner was found in %q", got)
	}
}

func TestRefusal(t *testing.T) {
	log := []byte(`[core][Server #1] grpc: Server.Serve failed to complete security handshake from \"127.0.0.1:3862\": EOF
http: TLS handshake error from 127.0.0.1:38624: tls: client didn't provide a certificate
connected to 127.0.0.1:38625
`)
	for client, want := range map[string]bool{"127.0.0.1:38624": true, "127.0.0.1:3862\\\"": true, "127.0.0.1:38625": false, "127.0.0.1:1": false} {
		if got := Refusal(client)(log); (got != "") != want {
			t.Errorf("%s: %q", client, got)
		}
	}
}

func TestLogDelay(t *testing.T) {
	for version, want := range map[string]time.Duration{
		"2.3.5": 0, "2.6.6": 0, "2.6.7": 10 * time.Second, "2.6.20": 10 * time.Second, "3.0.0": 10 * time.Second, "nightly": 10 * time.Second,
	} {
		if got := LogDelay(version); got != want {
			t.Errorf("%s: %s, want %s", version, got, want)
		}
	}
}

func TestVersions(t *testing.T) {
	for reported, want := range map[string]string{"v2.3.5-lite": "2.3.5", "2.5.8": "2.5.8", "v2.6.0-dev+x": "2.6.0", "master": "", "": ""} {
		if got := Core(reported); got != want {
			t.Errorf("Core(%q) = %q, want %q", reported, got, want)
		}
	}
	if Line("2.3.5") != "2.3" || Line("x") != "x" {
		t.Errorf("lines %q %q", Line("2.3.5"), Line("x"))
	}
}

// What 2.5 and 2.6 log about TLS between components: the file and the line
// differ, and the value is what counts.
func TestInternalTLS(t *testing.T) {
	log := `[2026/11/22 18:00:00.000 +00:00] [INFO] [utils/util.go:56] ["Internal TLS Enabled"] [value=true]
[2026/11/22 18:00:00.001 +00:00] [INFO] [utils/util.go:91] ["internal TLS Enabled"] [value=true]
[2026/11/22 18:00:00.002 +00:00] [INFO] [utils/util.go:56] ["Internal TLS Enabled"] [value=false]
[2026/11/22 18:00:00.003 +00:00] [INFO] [x/y.go:1] ["said that Internal TLS Enabled"] [value=true]
`
	if on, off := InternalTLS([]byte(log)); on != 2 || off != 1 {
		t.Errorf("%d on, %d off", on, off)
	}
}
