package manifest

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
)

func TestWriteNamesWhatSuitsTheImage(t *testing.T) {
	for image, want := range map[string][]string{
		"milvusdb/milvus:v2.3.5":            {"quay.io/coreos/etcd:v3.5.5", "--version 4.1.36", "image: milvusdb/milvus:v2.3.5"},
		"milvusdb/milvus:v2.3.5@sha256:aa":  {"quay.io/coreos/etcd:v3.5.5", "--version 4.1.36", "tag: v2.3.5@sha256:aa\n"},
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
