package docker

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/suites/topologies"
)

// put lays the contents of a server's container out by path.
func put(t *testing.T, s deploy.Spec, stock string, inImage map[string]string) (map[string]file, milvus.Setup) {
	t.Helper()
	p := &Provider{files: map[imageFile][]byte{}}
	for path, text := range inImage {
		p.files[imageFile{"", path}] = []byte(text)
	}
	if s.Files.Dir == "" {
		files, err := pkitest.CertSet(t).WriteServer(t.TempDir(), s.Change)
		if err != nil {
			t.Fatal(err)
		}
		s.Files = files
	}
	setup, err := setupOf(s, []byte(stock), "root", milvus.Storage{Etcd: "etcd:2379", Object: "minio:9000"})
	if err != nil {
		t.Fatal(err)
	}
	files, err := p.contents(t.Context(), s, []byte(stock), setup)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]file{}
	for _, f := range files {
		all[f.path] = f // as in an archive, the last one stays
	}
	return all, setup
}

func TestServerIsGivenWhatItsBackendsAskFor(t *testing.T) {
	all, setup := put(t, deploy.Spec{Topology: harness.Topology{EtcdTLS: true, StoreTLS: true}}, "", map[string]string{milvus.SystemTrust: "the image's own"})
	config := string(all[stockConfig].text)
	for _, f := range []harness.File{harness.EtcdCert, harness.EtcdKey, harness.EtcdCA, harness.StoreCA, harness.ServerKey} {
		at := tlsFolder + "/" + string(f)
		if len(all[at].text) == 0 || !strings.Contains(config, at) {
			t.Errorf("%s is not there, or not named", at)
		}
		if strings.HasSuffix(at, ".key") && all[at].mode != 0o600 {
			t.Errorf("%s has mode %o", at, all[at].mode)
		}
	}
	trust := all[milvus.SystemTrust]
	if !bytes.HasPrefix(trust.text, []byte("the image's own\n")) || !bytes.HasSuffix(trust.text, all[tlsFolder+"/store-ca.pem"].text) || trust.owner == nil {
		t.Errorf("the trust store is %+v", trust)
	}
	if environment(setup)[milvus.TrustVariable] != milvus.SystemTrust {
		t.Error("the environment does not name the trust store")
	}
	all, setup = put(t, deploy.Spec{}, "", nil)
	if _, there := all[milvus.SystemTrust]; there || environment(setup)[milvus.TrustVariable] != "" || len(all[tlsFolder+"/etcd-ca.pem"].text) > 0 {
		t.Error("a server without encrypted backends has files for them")
	}
}

// What a configuration names is what a container is given, in every topology,
// but for what its change makes missing.
func TestServerIsGivenWhatItsConfigurationNames(t *testing.T) {
	certs, err := pkitest.CertSet(t).WriteServer(t.TempDir(), harness.ConfigChange{})
	if err != nil {
		t.Fatal(err)
	}
	for _, topology := range topologies.All() {
		for _, layout := range []harness.Layout{"", harness.ComposeTLS, harness.ComposeCert} {
			for _, missing := range []harness.File{"", harness.ServerCert, harness.InternalKey, harness.EtcdCA} {
				s := deploy.Spec{Topology: topology, Change: topology.Internal.Change(), Files: certs}
				if s.Change.Layout = layout; missing != "" {
					s.Change.File, s.Change.Defect = missing, harness.Missing
				}
				named(t, fmt.Sprintf("%s, %s, without %q", topology.Name, layout, missing), s)
			}
		}
	}
}

func named(t *testing.T, what string, s deploy.Spec) {
	t.Helper()
	all, setup := put(t, s, "", map[string]string{milvus.SystemTrust: ""})
	tree, err := milvus.Parse("milvus.yaml", all[stockConfig].text)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for key, value := range milvus.Flat(tree) {
		at, is := value.(string)
		if !is || !strings.HasPrefix(at, workFolder+"/") {
			continue
		}
		names[at] = true
		_, there := all[at]
		if gone := s.Change.Defect == harness.Missing && path.Base(at) == string(s.Change.File); there == gone {
			t.Errorf("%s: %s names %s; it is there: %v", what, key, at, there)
		}
	}
	for at := range all {
		if path.Dir(at) == setup.Files.Dir && !names[at] {
			t.Errorf("%s: %s is there, and nothing names it", what, at)
		}
	}
}

// A pod's server finds what the manifest gives it, what its image ships, and
// nothing that a topology would have configured.
func TestServerFromAManifest(t *testing.T) {
	shipped, pod := t.TempDir(), t.TempDir()
	for _, name := range []string{"server.pem", "server.key", "ca.pem"} {
		write(t, filepath.Join(shipped, name), []byte("shipped "+name), 0o600)
	}
	write(t, filepath.Join(pod, "data", "server.pem"), []byte("mounted"), 0o600)
	if err := os.Symlink(filepath.Join("data", "server.pem"), filepath.Join(pod, "linked.pem")); err != nil {
		t.Fatal(err)
	}
	all, setup := put(t, deploy.Spec{Topology: harness.Topology{Mode: 1}, CustomConfig: &deploy.CustomConfig{
		Config:  []byte("tls: {serverPemPath: /certs/data/server.pem}\nproxy: {http: {port: 1234}}\n"),
		User:    []byte("common: {security: {tlsMode: 1}}\n"),
		Mounts:  []deploy.Mount{{From: pod, At: "/certs"}, {From: filepath.Join(pod, "linked.pem"), At: "one/file.pem"}, {From: t.TempDir(), At: "/empty"}},
		Shipped: pki.ServerFiles{Dir: shipped},
	}}, "stock: kept\ntls: {serverPemPath: configs/cert/server.pem, serverKeyPath: /etc/server.key}\n", nil)
	for path, want := range map[string]string{
		"/certs/data/server.pem": "mounted", "/certs/linked.pem": "mounted", "/milvus/one/file.pem": "mounted",
		"/milvus/configs/cert/server.pem": "shipped server.pem", "/etc/server.key": "shipped server.key",
	} {
		if f := all[path]; string(f.text) != want || f.mode != 0o600 {
			t.Errorf("%s holds %q, mode %o", path, f.text, f.mode)
		}
	}
	if !all["/empty"].folder || !all["/certs"].folder {
		t.Error("a mounted folder is not there")
	}
	if _, there := all[tlsFolder+"/server.pem"]; there {
		t.Error("what the topology would configure is there too")
	}
	config, user := string(all[stockConfig].text), string(all[configFolder+"/user.yaml"].text)
	for _, want := range []string{"stock: kept", "serverPemPath: /certs/data/server.pem", "port: 8080"} {
		if !strings.Contains(config, want) {
			t.Errorf("milvus.yaml lacks %q:\n%s", want, config)
		}
	}
	if strings.Contains(config, "tlsMode") || !strings.Contains(user, "tlsMode: 1") {
		t.Errorf("user.yaml holds %q", user)
	}
	if setup.RESTShares() {
		t.Error("REST is taken to share gRPC's port")
	}
}

func TestServerOnItsOwnPorts(t *testing.T) {
	setup, err := setupOf(deploy.Spec{CustomConfig: &deploy.CustomConfig{Config: []byte("proxy: {port: 19540, http: {port: 8090}}\n"), OwnPorts: true}}, nil, "root", milvus.Storage{})
	if err != nil {
		t.Fatal(err)
	}
	if got := toPublish(setup); !slices.Equal(got, []int{19540, 8090, 9091, 19529}) {
		t.Errorf("published are %v", got)
	}
}

// Containers have the ports that their release has by itself: the coordinator's
// is another one since 2.6.8.
func TestServerOnItsReleasesPorts(t *testing.T) {
	certs, err := pkitest.CertSet(t).WriteServer(t.TempDir(), harness.ConfigChange{})
	if err != nil {
		t.Fatal(err)
	}
	for stock, want := range map[string]int{
		"rootCoord: {port: 53100}\n": 53100, "rootCoord: {port: 22125}\n": 22125, "rootCoord: {port: }\n": 53100, "": 53100,
	} {
		for _, given := range []*deploy.CustomConfig{nil, {}, {OwnPorts: true}} {
			all, setup := put(t, deploy.Spec{CustomConfig: given, Files: certs}, stock, nil)
			tree, err := milvus.Parse("milvus.yaml", all[stockConfig].text)
			if err != nil {
				t.Fatal(err)
			}
			named, _ := milvus.Lookup(tree, "rootCoord.port")
			if got := setup.Port(string(harness.InternalMixCoord)); got != want || named != want || !strings.Contains(reserved(setup.Ports), fmt.Sprint(want)) {
				t.Errorf("with %q: %d, and its configuration names %v; kept from others are %s", stock, got, named, reserved(setup.Ports))
			}
		}
	}
}

func TestMountOfNothing(t *testing.T) {
	if _, err := mountFiles(deploy.Mount{From: filepath.Join(t.TempDir(), "none"), At: "/x"}); err == nil {
		t.Error("what is not there was mounted")
	}
}
