package manifest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/milvus"
)

// The pod's files are where the server is told to see them, with what the
// secret holds.
func TestGiven(t *testing.T) {
	for _, kind := range []string{"operator", "chart"} {
		m := readOne(t, good[kind], whole(allKeys...))
		dir := t.TempDir()
		given, err := m.Given(dir)
		if err != nil {
			t.Fatal(err)
		}
		if len(given.Mounts) != 1 || given.Mounts[0].At != "/certs" {
			t.Fatalf("%s: mounts %+v", kind, given.Mounts)
		}
		for _, key := range allKeys {
			path := filepath.Join(given.Mounts[0].From, key)
			text, err := os.ReadFile(path)
			if err != nil || string(text) != "text of "+key {
				t.Errorf("%s: %s holds %q, %v", kind, key, text, err)
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: others may read %s", kind, key)
			}
		}
		if (given.User != nil) != (kind == "chart") {
			t.Errorf("%s: user.yaml is %q", kind, given.User)
		}
		if !slices.Equal(given.Names, []string{"/certs/server.pem", "/certs/server.key", "/certs/ca.pem"}) {
			t.Errorf("%s: a reason must name one of %q", kind, given.Names)
		}
	}
}

// Items of a volume are its only files, under their own paths.
func TestGivenItemsAndSubPath(t *testing.T) {
	text := strings.NewReplacer(
		"secretName: certs", "secretName: certs\n          items: [{key: server.pem, path: tls/cert.pem}]",
		"mountPath: /certs", "mountPath: /etc/milvus/cert.pem\n        subPath: tls/cert.pem",
	).Replace(good["operator"])
	given, err := readOne(t, text, whole(allKeys...)).Given(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(given.Mounts[0].From)
	if err != nil || string(content) != "text of server.pem" || given.Mounts[0].At != "/etc/milvus/cert.pem" {
		t.Errorf("mounted %+v with %q, %v", given.Mounts, content, err)
	}
	if files, err := os.ReadDir(filepath.Dir(filepath.Dir(given.Mounts[0].From))); err != nil || len(files) != 1 {
		t.Errorf("the volume holds %v, %v", files, err)
	}
}

// A pod that would never start is no server.
func TestGivenPodsThatNeverStart(t *testing.T) {
	replaced := func(was, is string) string { return strings.Replace(good["operator"], was, is, 1) }
	for name, tt := range map[string]struct{ text, says string }{
		"no secret":        {replaced("secretName: certs", "secretName: other"), "there is no secret other"},
		"no volume":        {replaced("- name: certs\n        secret", "- name: other\n        secret"), "there is no volume certs"},
		"no key":           {replaced("secretName: certs", "secretName: certs\n          items: [{key: tls.crt, path: tls.crt}]"), "the secret certs has no key tls.crt"},
		"an item outside":  {replaced("secretName: certs", "secretName: certs\n          items: [{key: server.pem, path: ../x}]"), "which lies outside"},
		"a volume of ours": {replaced("secret:\n          secretName: certs", "hostPath: {path: /etc}"), "neither a secret nor empty"},
	} {
		dir := t.TempDir()
		_, err := readOne(t, tt.text, whole(allKeys...)).Given(dir)
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %q", name, err, tt.says)
		}
	}
}

func TestNamesOfMisplacedKeys(t *testing.T) {
	text := strings.Replace(good["operator"], "      security:\n        tlsMode: 2", "      tlsMode: 2", 1)
	if names := readOne(t, text).Names(); !slices.Equal(names, []string{"common.tlsMode"}) {
		t.Errorf("a reason must name one of %q", names)
	}
}

// A Compose file's mounts lie on the user's own disk, and its files are merged
// in the documented order: milvus.yaml, user.yaml, environment.
func TestComposeFiles(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"milvus.yaml": "common: {security: {tlsMode: 0}}\nproxy: {http: {port: 1}}\ntls: {caPemPath: /milvus/tls/ca.pem}\n",
		"user.yaml":   "common: {security: {tlsMode: 1}}\nproxy: {http: {port: 2}}\n",
		"compose.yaml": `services:
  m:
    image: milvusdb/milvus:v2.5.0
    environment: {PROXY_HTTP_PORT: "8080"}
    volumes:
      - ./milvus.yaml:/milvus/configs/milvus.yaml
      - ./user.yaml:/milvus/configs/user.yaml
      - ./tls:/milvus/tls
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "compose.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for release, mode := range map[string]any{"v2.5.0": 1, "v2.3.5": 0} {
		m, err := Read(file, []byte(strings.Replace(string(text), "v2.5.0", release, 1)))
		if err != nil {
			t.Fatal(err)
		}
		got := milvus.Flat(m.Effective(m.Release()))
		if got["common.security.tlsMode"] != mode || got["proxy.http.port"] != 8080 || got["tls.caPemPath"] != "/milvus/tls/ca.pem" {
			t.Errorf("%s: %v", release, got)
		}
		given, err := m.Given(t.TempDir())
		if err != nil || len(given.Mounts) != 1 || given.Mounts[0].From != filepath.Join(dir, "tls") {
			t.Errorf("%s: mounts %+v, %v", release, given.Mounts, err)
		}
	}
}
