package manifest

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"milvus-tls-e2e/harness/milvus"
)

// whole is the cluster's secret with what the pages' command puts into it.
func whole(keys ...string) corev1.Secret {
	s := corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: CertsSecret}, Data: map[string][]byte{}}
	for _, key := range keys {
		s.Data[key] = []byte("text of " + key)
	}
	return s
}

var allKeys = []string{"server.pem", "server.key", "ca.pem"}

// good are manifests with which nothing is wrong.
var good = map[string]string{
	"operator": `apiVersion: milvus.io/v1beta1
kind: Milvus
metadata: {name: m}
spec:
  config:
    proxy:
      http:
        port: 8080
    common:
      security:
        tlsMode: 2
    tls:
      serverPemPath: /certs/server.pem
      serverKeyPath: /certs/server.key
      caPemPath: /certs/ca.pem
  components:
    volumes:
      - name: certs
        secret:
          secretName: certs
    volumeMounts:
      - name: certs
        mountPath: /certs
        readOnly: true
`,
	"chart": `cluster:
  enabled: false
extraConfigFiles:
  user.yaml: |
    # mutual
    proxy:
      http:
        port: 8080
    common:
      security:
        tlsMode: 2
    tls:
      serverPemPath: /certs/server.pem
      serverKeyPath: /certs/server.key
      caPemPath: /certs/ca.pem
volumes:
  - name: certs
    secret:
      secretName: certs
volumeMounts:
  - name: certs
    mountPath: /certs
`,
	"compose": `services:
  standalone:
    image: milvusdb/milvus:v2.3.5
    environment:
      - COMMON_SECURITY_TLSMODE=2
      - PROXY_HTTP_PORT=8080
      - TLS_SERVERPEMPATH=/milvus/tls/server.pem
      - TLS_SERVERKEYPATH=/milvus/tls/server.key
      - TLS_CAPEMPATH=/milvus/tls/ca.pem
    volumes:
      - ./tls:/milvus/tls:ro
      - data:/var/lib/milvus
volumes: {data: {}}
`,
}

func readOne(t *testing.T, text string, secrets ...corev1.Secret) Manifest {
	t.Helper()
	m, err := Read("m.yaml", []byte(text), secrets...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSoundManifests(t *testing.T) {
	for name, text := range good {
		m := readOne(t, text, whole(allKeys...))
		for _, f := range m.Findings {
			t.Errorf("%s: %s", name, m.Place(f))
		}
		config := m.Effective("2.5.0")
		if mode, _ := milvus.Lookup(config, "common.security.tlsMode"); mode != 2 {
			t.Errorf("%s: the mode is %v", name, mode)
		}
		if path, _ := milvus.Lookup(config, "tls.caPemPath"); !strings.HasSuffix(path.(string), "/ca.pem") {
			t.Errorf("%s: the CA is %v", name, path)
		}
		if m.HasUser != (name == "chart") {
			t.Errorf("%s: user.yaml: %t", name, m.HasUser)
		}
	}
	if m := readOne(t, good["chart"]); len(m.Effective("2.3.5")) > 0 || len(m.Effective("2.4.0")) == 0 {
		t.Error("2.3.5 reads no user.yaml, and 2.4.0 does")
	}
}

// Each defect is one replacement in a sound manifest, and must be found with
// its line and in these words.
func TestFindings(t *testing.T) {
	for _, tt := range []struct{ name, of, was, is, at, says string }{
		{"certificates under common", "operator", "    tls:\n      serverPem", "      tls:\n        serverPem", "", ""},
		{"mode in common", "operator", "      security:\n        tlsMode: 2", "      tlsMode: 2", "m.yaml:10", "common.tlsMode is not where a server reads it: it belongs at common.security.tlsMode"},
		{"mode at the top of user.yaml", "chart", "    common:\n      security:\n        tlsMode: 2", "    tlsMode: 2", "m.yaml:9", "it belongs at common.security.tlsMode"},
		{"unknown TLS key", "operator", "tlsMode: 2", "tlsMode: 2\n        tlsEnabled: true", "m.yaml:12", "common.security.tlsEnabled is a key that no release reads"},
		{"unknown certificate key", "chart", "caPemPath:", "caPath:", "m.yaml:15", "tls.caPath is a key that no release reads"},
		{"no CA file in mode 2", "chart", "caPemPath:", "caPath:", "m.yaml:12", "tls.caPemPath is not set"},
		{"no certificate", "operator", "      serverPemPath: /certs/server.pem\n", "", "m.yaml:12", "tls.serverPemPath is not set"},
		{"a mode that is none", "operator", "tlsMode: 2", "tlsMode: two", "m.yaml:11", "tlsMode is two, which is not a mode"},
		{"TLS forgotten", "chart", "tlsMode: 2", "tlsMode: 0", "m.yaml:12", "external TLS is off"},
		{"REST on gRPC's port", "operator", "port: 8080", "port: 19530", "m.yaml:8", "REST has no port of its own"},
		{"REST without a port", "chart", "        port: 8080\n", "        enabled: true\n", "m.yaml:11", "REST has no port of its own"},
		{"a path that no mount provides", "operator", "/certs/server.key", "/tls/server.key", "m.yaml:14", "tls.serverKeyPath names /tls/server.key, and nothing is mounted there"},
		{"a path in a mount with a similar name", "operator", "/certs/server.key", "/certs2/server.key", "m.yaml:14", "nothing is mounted there"},
		{"a relative path", "chart", "/certs/ca.pem", "certs/ca.pem", "m.yaml:15", "relative"},
		{"a key that the secret lacks", "chart", "/certs/ca.pem", "/certs/root.pem", "m.yaml:15", "the secret certs has no key root.pem"},
		{"an item that is not listed", "operator", "secretName: certs", "secretName: certs\n          items: [{key: server.pem, path: server.pem}, {key: server.key, path: server.key}]", "m.yaml:15", "does not list it among its items"},
		{"a path in an empty volume", "operator", "secret:\n          secretName: certs", "emptyDir: {}", "m.yaml:13", "is empty"},
		{"a secret that is missing", "chart", "secretName: certs", "secretName: milvus-tls", "m.yaml", "the secret milvus-tls, which there is not"},
		{"a volume that is missing", "operator", "  - name: certs\n        secret", "  - name: cert\n        secret", "m.yaml", "mounted from the volume certs, which there is not"},
		{"a volume that nobody mounts", "operator", "  - name: certs\n        secret", "  - name: cert\n        secret", "m.yaml", "The volume cert is mounted nowhere"},
		{"volumes in spec", "operator", "  components:\n    volumes:", "  volumes: []\n  components:\n    volumes:", "m.yaml:16", "spec has no volumes"},
		{"tls in spec", "operator", "spec:\n", "spec:\n  tls: {}\n", "m.yaml:5", "spec has no tls"},
		{"configuration in components", "operator", "  components:\n", "  components:\n    config: {}\n", "m.yaml:17", "Move it to spec."},
		{"tls in the values", "chart", "volumes:\n", "tls:\n  serverPemPath: x\nvolumes:\n", "m.yaml:16", "The chart has no value tls"},
		{"another file for the chart", "chart", "  user.yaml: |", "  extra.yaml: |", "m.yaml:4", "extraConfigFiles.extra.yaml is a file that no server reads"},
		{"volumes in extraConfigFiles", "chart", "extraConfigFiles:\n", "extraConfigFiles:\n  volumes: []\n", "m.yaml:4", "The chart reads no volumes in extraConfigFiles"},
		{"a release that reads no user.yaml", "chart", "cluster:\n", "image: {all: {repository: milvusdb/milvus, tag: v2.3.5}}\ncluster:\n", "m.yaml", "v2.3.5 does not read user.yaml"},
		{"the same, with its digest", "chart", "cluster:\n", "image: {all: {repository: milvusdb/milvus, tag: 'v2.3.5@sha256:aa'}}\ncluster:\n", "m.yaml", "Milvus v2.3.5 does not read user.yaml"},
		{"internal TLS on a release without", "compose", "COMMON_SECURITY_TLSMODE=2", "COMMON_SECURITY_INTERNALTLSENABLED=true", "m.yaml:5", "Milvus v2.3.5 has no TLS between components"},
		{"two mounts at one path", "operator", "        readOnly: true\n", "      - name: certs\n        mountPath: /certs/\n", "m.yaml:24", "Two volumes are mounted at /certs"},
		{"internal TLS without its files", "operator", "tlsMode: 2", "internaltlsEnabled: true", "m.yaml:11", "internal TLS is on and internaltls.serverPemPath is not set"},
		{"a variable that no release reads", "compose", "TLS_CAPEMPATH", "TLS_CA_PATH", "m.yaml:9", "TLS_CA_PATH is a variable that Milvus does not read"},
		{"TLS switched off in another spelling", "compose", "COMMON_SECURITY_TLSMODE=2", "common_security_tls_mode=0", "m.yaml:9", "external TLS is off"},
		{"a prefix that the release does not read", "compose", "TLS_CAPEMPATH", "MILVUS_CONF_TLS_CAPEMPATH", "m.yaml:9", "MILVUS_CONF_TLS_CAPEMPATH is a variable that Milvus does not read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(good[tt.of], tt.was, tt.is, 1)
			if tt.says == "" { // the whole section moves
				text = strings.NewReplacer("    tls:\n", "      tls:\n", "      server", "        server", "      caPem", "        caPem").Replace(good[tt.of])
				tt.at, tt.says = "m.yaml:12", "common.tls is not where a server reads it: it belongs at tls"
			}
			if text == good[tt.of] {
				t.Fatal("nothing was replaced")
			}
			m := readOne(t, text, whole(allKeys...))
			var all []string
			for _, f := range m.Findings {
				place := m.Place(f)
				if strings.HasPrefix(place, tt.at+": ") && strings.Contains(place, tt.says) && f.Remediation != "" {
					return
				}
				all = append(all, place)
			}
			t.Errorf("%s: %q is not found, but\n%s", tt.at, tt.says, strings.Join(all, "\n"))
		})
	}
}

func TestBadInput(t *testing.T) {
	for name, tt := range map[string]struct{ text, says string }{
		"empty":                        {"", "it is empty"},
		"not YAML":                     {"a: [b\n", "it is not YAML: line"},
		"a tab":                        {"a:\n\tb: c\n", "it is not YAML: line 2"},
		"a key that is there twice":    {"cluster: {}\ncluster: {}\n", `key "cluster" already defined at line 1`},
		"two documents":                {good["operator"] + "---\n" + good["operator"], "it configures 2 servers, and one is wanted"},
		"a list":                       {"- a\n", "it is not a mapping"},
		"huge":                         {"a: " + strings.Repeat("x", MaxSize), "it is larger than 1024 KB"},
		"binary":                       {"\x7fELF\x02\x00\x00", "it is a binary file"},
		"noise in UTF-16":              {"\xff\xfe\x00\xd8\x00", "it is not YAML"},
		"ten megabytes":                {"cluster: {}\n" + strings.Repeat("a: b\n", 2<<20), "it is larger than 1024 KB"},
		"nested without end":           {strings.Repeat("[", 20_000), "it is not YAML"},
		"an item that is no volume":    {"cluster: {}\nvolumes: [a]\n", "line 2: an item of volumes"},
		"a List without items":         {"kind: List\nitems: {a: b}\n", "the items of a List are no list"},
		"services that are no mapping": {"services: [a]\n", "it is refused by Compose"},
		"a service that is a text":     {"services: {m: milvus}\n", "it is refused by Compose"},
		"an env_file without end":      {"services: {m: {image: milvus, env_file: /dev/zero}}\n", "/dev/zero, which it names, is no file"},
		"an include without end":       {"include: [/dev/zero]\nservices: {m: {image: milvus}}\n", "/dev/zero, which it names, is no file"},
		"extends without end":          {"services: {m: {extends: {file: /dev/zero, service: a}}}\n", "/dev/zero, which it names, is no file"},
		"a milvus.yaml without end":    {"services: {m: {image: milvus, volumes: ['/dev/zero:/milvus/configs/milvus.yaml']}}\n", "it is larger than 1024 KB"},
		"another kind":                 {"apiVersion: apps/v1\nkind: Deployment\n", "it holds Deployment of apps/v1, and nothing that runs Milvus"},
		"the Operator's older kind":    {"apiVersion: milvus.io/v1alpha1\nkind: MilvusCluster\n", "its kind is MilvusCluster of milvus.io/v1alpha1"},
		"no kind":                      {"apiVersion: milvus.io/v1beta1\n", "it holds nothing of milvus.io/v1beta1"},
		"another chart's values":       {"replicaCount: 3\nimage: {repository: nginx}\n", "it has none of the keys that tell the Milvus chart's values"},
		"a service that is no Milvus":  {"services: {web: {image: nginx}}\n", "none of its services runs Milvus"},
		"user.yaml that is no text":    {"extraConfigFiles: {user.yaml: {tls: {}}}\n", "line 1: extraConfigFiles.user.yaml is a mapping"},
		"user.yaml that is no YAML":    {"extraConfigFiles:\n  user.yaml: |\n    a: [b\n", "extraConfigFiles.user.yaml: it is not YAML"},
		"configuration that is a list": {"apiVersion: milvus.io/v1beta1\nkind: Milvus\nspec: {config: [a]}\n", "line 3: spec.config is not a mapping"},
		"a spec that is a text":        {"apiVersion: milvus.io/v1beta1\nkind: Milvus\nspec: mode\n", "line 3: spec is not a mapping"},
		"components that are a list":   {"apiVersion: milvus.io/v1beta1\nkind: Milvus\nspec: {components: [a]}\n", "line 3: spec.components is not a mapping"},
		"extraConfigFiles as a text":   {"extraConfigFiles: |\n  user.yaml: a\n", "line 1: extraConfigFiles is not a mapping"},
		"volumes that are no list":     {"cluster: {}\nvolumes: {a: b}\n", "line 2: volumes is not a list"},
		"a volume of no kind known":    {"cluster: {}\nvolumes:\n  - name: certs\n    secrets: {}\n", `line 3: an item of volumes is none that a cluster takes: json: unknown field "secrets"`},
		"a mount with an unknown key":  {"cluster: {}\nvolumeMounts:\n  - name: certs\n    path: /certs\n", `line 3: an item of volumeMounts is none that a cluster takes: json: unknown field "path"`},
		"a file that is not there":     {"services: {m: {image: milvus, volumes: ['./nowhere.yaml:/milvus/configs/milvus.yaml']}}\n", "nowhere.yaml, mounted at /milvus/configs/milvus.yaml: no such file"},
	} {
		_, err := Read("m.yaml", []byte(tt.text))
		if err == nil || !strings.HasPrefix(err.Error(), "read m.yaml: ") || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", name, err, tt.says)
		}
	}
}

func TestReadSecret(t *testing.T) {
	const secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: certs}\ndata: {server.pem: eA==}\n"
	s, err := ReadSecret("s.yaml", []byte(secret))
	if err != nil || s.Name != "certs" || string(s.Data["server.pem"]) != "x" {
		t.Errorf("read %+v, %v", s, err)
	}
	for _, bad := range []string{"", "kind: ConfigMap\n", "kind: Secret\n", strings.Replace(secret, "data:", "datas:", 1), secret + "---\n" + secret} {
		if _, err := ReadSecret("s.yaml", []byte(bad)); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// PowerShell writes what it is told to redirect as UTF-16, and editors on
// Windows put a byte order mark before UTF-8.
func TestEncodings(t *testing.T) {
	const values = "cluster: {enabled: false}\r\nextraConfigFiles: {user.yaml: '{common: {security: {tlsMode: 6}}}'}\r\n"
	wide := []byte{0xff, 0xfe}
	for _, c := range []byte(values) {
		wide = append(wide, c, 0)
	}
	for name, text := range map[string][]byte{"UTF-8": []byte("\xef\xbb\xbf" + values), "UTF-16": wide} {
		m, err := Read("m.yaml", text)
		if err != nil || len(m.Findings) != 1 || m.Findings[0].Line != 2 {
			t.Errorf("%s: %v, %v", name, m.Findings, err)
		}
	}
}
