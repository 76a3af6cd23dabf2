package process

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
)

// configured writes a configuration from stock files and gives its folder.
func configured(t *testing.T, folder string) (string, error) {
	t.Helper()
	work := t.TempDir()
	setup := milvus.Setup{Topology: harness.Topology{Mode: 2}, Files: pki.ServerFiles{Dir: "/files"}, Ports: []int{10, 11, 12}, Data: work, Work: work}
	return filepath.Join(work, "conf"), writeConfigs(filepath.Join(work, "conf"), stock{folder, folder}, setup)
}

func TestWriteConfigs(t *testing.T) {
	t.Parallel()
	stock := t.TempDir()
	write(t, stock, map[string]string{
		"milvus.yaml": "proxy: {port: 19530, kept: true}\ncommon: {security: {tlsMode: 0}}\n", "glog.conf": "--v=5\n", "folder/file": "",
	})
	conf, err := configured(t, stock)
	if err != nil {
		t.Fatal(err)
	}
	if got := files(t, conf); !slices.Equal(got, []string{"glog.conf", "milvus.yaml"}) {
		t.Errorf("wrote %q", got)
	}
	if text, err := os.ReadFile(filepath.Join(conf, "glog.conf")); err != nil || string(text) != "--v=5\n" {
		t.Errorf("glog.conf holds %q, %v", text, err)
	}
	if info, err := os.Stat(filepath.Join(filepath.Dir(conf), "logs")); err != nil || !info.IsDir() {
		t.Errorf("there is no folder for what glog.conf logs: %v", err)
	}
	err = filepath.WalkDir(conf, func(path string, d fs.DirEntry, err error) error {
		want := map[bool]fs.FileMode{true: 0o700, false: 0o600}[d.IsDir()]
		if info, err := d.Info(); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, %v, want %v", path, info.Mode().Perm(), err, want)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	var got struct {
		Proxy struct {
			Port int
			Kept bool
		}
		Common struct {
			Security struct {
				TLSMode int `yaml:"tlsMode"`
			}
		}
		TLS struct {
			ServerPemPath string `yaml:"serverPemPath"`
		}
	}
	text, err := os.ReadFile(filepath.Join(conf, "milvus.yaml"))
	if err != nil || yaml.Unmarshal(text, &got) != nil {
		t.Fatalf("milvus.yaml holds %q, %v", text, err)
	}
	if got.Proxy.Port != 10 || !got.Proxy.Kept || got.Common.Security.TLSMode != 2 || got.TLS.ServerPemPath != "/files/server.pem" {
		t.Errorf("milvus.yaml says %+v", got)
	}
}

func TestWriteConfigsFromNothing(t *testing.T) {
	t.Parallel()
	conf, err := configured(t, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := files(t, conf); !slices.Equal(got, []string{"milvus.yaml"}) {
		t.Errorf("wrote %q", got)
	}
	if _, err := configured(t, conf+"/missing"); err == nil {
		t.Error("a stock folder that is not there was taken")
	}
	broken := t.TempDir()
	write(t, broken, map[string]string{"milvus.yaml": "a: [\n"})
	_, err = configured(t, broken)
	wantWords(t, err, "read stock milvus.yaml")
}

func TestRedact(t *testing.T) {
	t.Parallel()
	p := Provider{stores: &stores{access: "ACCESS", secret: "SECRET"}}
	if got := string(p.Redact([]byte("accessKeyID: ACCESS, SECRET, ACCESSSECRET"))); got != "accessKeyID: [redacted], [redacted], [redacted][redacted]" {
		t.Errorf("redacted to %q", got)
	}
	const plain = "nothing secret"
	if got := string((&Provider{stores: &stores{}}).Redact([]byte(plain))); got != plain {
		t.Errorf("a provider without secrets makes %q of %q", got, plain)
	}
}

// A mounted ConfigMap is a folder of links.
func TestStockFilesThatAreLinks(t *testing.T) {
	data, stock := t.TempDir(), t.TempDir()
	write(t, data, map[string]string{"glog.conf": ""})
	if err := os.Symlink(filepath.Join(data, "glog.conf"), filepath.Join(stock, "glog.conf")); err != nil {
		t.Fatal(err)
	}
	conf, err := configured(t, stock)
	if got := files(t, conf); err != nil || !slices.Contains(got, "glog.conf") {
		t.Errorf("wrote %q, %v", got, err)
	}
}

func TestStockFilesDoNotWinOverTheSetup(t *testing.T) {
	for _, name := range []string{"_test.yaml", "default.yaml", "user.yaml"} {
		stock := t.TempDir()
		write(t, stock, map[string]string{name: "common: {security: {tlsMode: 0}}\n"})
		if conf, err := configured(t, stock); err == nil && slices.Contains(files(t, conf), name) {
			t.Errorf("%s was copied as it is", name)
		}
	}
}
