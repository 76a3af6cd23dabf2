package docker

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// A folder in a file's place is a folder in the container, too: engines make one where
// a file that is mounted is missing.
func TestAFolderInAFilesPlaceStaysOne(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, string(harness.CACert)), 0o700); err != nil {
		t.Fatal(err)
	}
	put, err := certificate(pki.ServerFiles{Dir: dir}, harness.CACert, "/certs/ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	packed, err := archive([]file{put}, owner{})
	if err != nil {
		t.Fatal(err)
	}
	head, err := tar.NewReader(bytes.NewReader(packed)).Next()
	if err != nil || head.Name != "certs/ca.pem/" || head.Typeflag != tar.TypeDir {
		t.Errorf("it is %+v: %v", head, err)
	}
}
