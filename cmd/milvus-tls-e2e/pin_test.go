package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/fixtures/versions"

	"github.com/google/go-containerregistry/pkg/crane"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/empty"
)

func TestPinWritesDigestsThatARegistryGives(t *testing.T) {
	server := httptest.NewServer(registry.New())
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	there, gone := host+"/milvus:v1", host+"/none:v1"
	if err := crane.Push(empty.Image, there); err != nil {
		t.Fatal(err)
	}
	want, err := empty.Image.Digest()
	if err != nil {
		t.Fatal(err)
	}
	text := "# kept\nversion: 1.0.0\nimage:\n  milvus:\n    name: " + there + "\n    digest: sha256:old\n  etcd:\n    name: " + there +
		"\n  minio:\n    name: " + gone + "\nstorage: object\n"
	dir := t.TempDir()
	path := filepath.Join(dir, "1.0.0.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	image := versions.Images{Milvus: versions.Image{Name: there}, Etcd: versions.Image{Name: there}, MinIO: versions.Image{Name: gone}}
	var said strings.Builder
	err = pin(t.Context(), &said, dir, []versions.Release{{Version: "1.0.0", Image: image}})
	if err == nil || !strings.Contains(said.String(), gone+": not pinned") || strings.Count(said.String(), "\n") != 2 {
		t.Errorf("said %q, %v; want a line for each image and a failure", said.String(), err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wanted := strings.ReplaceAll(text, "    digest: sha256:old\n", "")
	wanted = strings.ReplaceAll(wanted, "    name: "+there+"\n", "    name: "+there+"\n    digest: "+want.String()+"\n")
	if string(got) != wanted {
		t.Errorf("wrote\n%s\nwant\n%s", got, wanted)
	}
}
