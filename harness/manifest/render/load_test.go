package render

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
)

// repositoryWith serves a repository with versions of the chart.
func repositoryWith(t *testing.T, versions ...string) string {
	t.Helper()
	dir := t.TempDir()
	index := "apiVersion: v1\nentries:\n  milvus:\n"
	for _, version := range versions {
		c, err := loader.Load(filepath.Join("testdata", "milvus"))
		if err != nil {
			t.Fatal(err)
		}
		c.Metadata.Version = version
		name, err := chartutil.Save(c, dir)
		if err != nil {
			t.Fatal(err)
		}
		index += "    - {version: " + version + ", urls: [" + filepath.Base(name) + "]}\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "index.yaml"), []byte(index), 0o600); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(server.Close)
	return server.URL
}

// A chart is found wherever people have it.
func TestAChartIsFound(t *testing.T) {
	address := repositoryWith(t, "4.9.0", "5.0.2", "5.0.19", "6.0.0-rc.1")
	config := filepath.Join(t.TempDir(), "repositories.yaml")
	if err := os.WriteFile(config, []byte("repositories:\n- name: mine\n  url: "+address+"/\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HELM_REPOSITORY_CONFIG", config)
	response, err := http.Get(address + "/milvus-5.0.2.tgz")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	_, err = text.ReadFrom(response.Body)
	_ = response.Body.Close()
	archive := filepath.Join(t.TempDir(), "chart.tgz")
	if err != nil || os.WriteFile(archive, text.Bytes(), 0o600) != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ ref, version, want string }{
		"a folder":                      {filepath.Join("testdata", "milvus"), "", "milvus 5.0.19"},
		"an archive":                    {archive, "", "milvus 5.0.2"},
		"an archive's address":          {address + "/milvus-4.9.0.tgz", "", "milvus 4.9.0"},
		"a repository's address":        {address + "/milvus", "", "milvus 5.0.19"},
		"a version of it":               {address + "/milvus/", "4.9.0", "milvus 4.9.0"},
		"a version with its letter":     {address + "/milvus", "v5.0.2", "milvus 5.0.2"},
		"a release that is not one yet": {address + "/milvus", "6.0.0-rc.1", "milvus 6.0.0-rc.1"},
		"a repository that Helm knows":  {"mine/milvus", "", "milvus 5.0.19"},
	} {
		got, err := Load(t.Context(), c.ref, c.version)
		if err != nil || got.Name() != c.want {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for name, c := range map[string]struct{ ref, version, says string }{
		"no such version":        {address + "/milvus", "9.9.9", "9.9.9"},
		"no such chart":          {address + "/other", "", "no chart other"},
		"no such archive":        {address + "/other.tgz", "", "404"},
		"an unknown repository":  {"other/milvus", "", "other"},
		"nobody there":           {"http://127.0.0.1:1/milvus", "", "127.0.0.1:1"},
		"no repository there":    {address + "/none/milvus", "", "404"},
		"a name without a slash": {"milvus", "", "no such folder"},
	} {
		if _, err := Load(t.Context(), c.ref, c.version); err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
