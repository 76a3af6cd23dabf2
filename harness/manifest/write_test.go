package manifest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
)

func TestWriteNamesWhatSuitsTheImage(t *testing.T) {
	for image, want := range map[string][]string{
		"milvusdb/milvus:v2.3.5":            {"quay.io/coreos/etcd:v3.5.5", "The chart cannot deploy this with Milvus v2.3.5", "image: milvusdb/milvus:v2.3.5"},
		"milvusdb/milvus:v2.3.5@sha256:aa":  {"quay.io/coreos/etcd:v3.5.5", "updateConfigMapOnly: false", "image: milvusdb/milvus:v2.3.5@sha256:aa\n"},
		"milvusdb/milvus:v2.6.17":           {"quay.io/coreos/etcd:v3.5.25", "install my-release milvus/milvus -f"},
		"localhost:5000/own/milvus:nightly": {"quay.io/coreos/etcd:v3.5.25", "repository: localhost:5000/own/milvus\n", "tag: nightly\n"},
	} {
		files, err := Write(harness.Topology{Name: "mode-1", Mode: 1}, image)
		if err != nil {
			t.Fatal(err)
		}
		all := ""
		for _, text := range files {
			all += string(text)
		}
		for _, w := range want {
			if !strings.Contains(all, w) {
				t.Errorf("%s: nothing says %q", image, w)
			}
		}
		if strings.Contains(all, "PRIVATE KEY") {
			t.Errorf("%s: a key is written", image)
		}
	}
}

// What the README tells to put into the secret is what the manifests name: a
// pod of a real 2.6.20 panics over one file less.
func TestTheWrittenSecretIsWhatTheManifestsName(t *testing.T) {
	for _, topology := range []harness.Topology{
		{Name: "mode-1", Mode: 1, REST: harness.OwnPort}, {Name: "mode-2", Mode: 2, REST: harness.OwnPort},
		{Name: "internal", Internal: harness.InternalOn}, {Name: "internal-mode-1", Mode: 1, REST: harness.OwnPort, Internal: harness.InternalOn},
		{Name: "internal-mode-2", Mode: 2, REST: harness.OwnPort, Internal: harness.InternalOn},
	} {
		files, err := Write(topology, DefaultImage)
		if err != nil {
			t.Fatal(err)
		}
		keys := fromFiles(string(files[ReadmeFile]))
		for _, name := range []string{OperatorFile, ChartFile} {
			if m := readFile(t, name, files[name], keys...); len(m.Findings)+len(m.NotRead) > 0 {
				t.Errorf("%s, %s with %v: %v, %v", topology.Name, name, keys, m.Findings, m.NotRead)
			}
			for i := range keys { // and none of them is there for nothing
				less := slices.Delete(slices.Clone(keys), i, i+1)
				if m := readFile(t, name, files[name], less...); len(m.Findings) == 0 && keys[i] != "ca.pem" {
					t.Errorf("%s, %s: nobody misses %s", topology.Name, name, keys[i])
				}
			}
		}
		if internal := topology.Internal == harness.InternalOn; internal != strings.Contains(string(files[ReadmeFile]), "DNS:"+harness.InternalName) {
			t.Errorf("%s: the README does not say whether a certificate must be for %s", topology.Name, harness.InternalName)
		}
		compose := composeWith(t, files[ComposeFile], keys)
		if len(compose.Findings)+len(compose.NotRead) > 0 {
			t.Errorf("%s, Compose with %v: %v, %v", topology.Name, keys, compose.Findings, compose.NotRead)
		}
	}
}

// fromFiles returns the keys of the secret that a README's command makes.
func fromFiles(readme string) (keys []string) {
	for word := range strings.FieldsSeq(readme) {
		if key, is := strings.CutPrefix(word, "--from-file="); is {
			keys = append(keys, key)
		}
	}
	return keys
}

func readFile(t *testing.T, name string, text []byte, keys ...string) Manifest {
	t.Helper()
	m, err := Read(name, text, whole(keys...))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// composeWith reads a Compose file beside a folder tls with files in it.
func composeWith(t *testing.T, text []byte, files []string) Manifest {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "tls"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if err := os.WriteFile(filepath.Join(dir, "tls", name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m, err := Read(filepath.Join(dir, ComposeFile), text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// With a release that does not read user.yaml no chart can deploy certificates.
func TestWriteSaysWhatTheChartCannot(t *testing.T) {
	for image, want := range map[string]bool{"milvusdb/milvus:v2.2.16": false, "milvusdb/milvus:v2.3.5": false, "milvusdb/milvus:v2.4.23": true} {
		files, err := Write(harness.Topology{Name: "mode-1", Mode: 1, REST: harness.OwnPort}, image)
		if err != nil {
			t.Fatal(err)
		}
		if _, is := files[ChartFile]; is != want || strings.Contains(string(files[ReadmeFile]), "The chart cannot") == want {
			t.Errorf("%s: values are written: %t", image, is)
		}
		if files, err = Write(harness.Topology{Name: "mode-0", REST: harness.OwnPort}, image); err != nil || files[ChartFile] == nil {
			t.Errorf("%s: in plaintext no values are written: %v", image, err)
		}
	}
}

func TestWriteRefusesWhatIsNoImage(t *testing.T) {
	for _, image := range []string{"", "milvus", "milvus:", ":v2", "localhost:5000/milvus", "a b:c", "a:b\n- x", "milvus@sha256:aa"} {
		if _, err := Write(harness.Topology{Name: "mode-1", Mode: 1}, image); err == nil || strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%q: %v", image, err)
		}
	}
}

func TestWriteRefusesInternalTLSForAnImageWithoutIt(t *testing.T) {
	internal := harness.Topology{Name: "internal", Internal: harness.InternalOn}
	for image, want := range map[string]bool{
		"milvusdb/milvus:v2.3.5": false, "milvusdb/milvus:v2.4.23@sha256:aa": false,
		"milvusdb/milvus:v2.5.16": true, "milvusdb/milvus:nightly": true,
	} {
		if _, err := Write(internal, image); (err == nil) != want {
			t.Errorf("%s: %v", image, err)
		}
	}
}
