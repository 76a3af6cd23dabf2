package process

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"
)

const serverFile = "milvus/data/bin/milvus.lzma"

const serverScript = "#!/bin/sh\necho I am a server\n"

const template = `port: {{ a }}
number: {{ b(int): 3 }}
word: {{ c: x }}
tight: {{d(string):/a/b c}}, {{ e }}
kept: { plain: yes }
`

// compressed compresses a text in the legacy format or as .xz.
func compressed(t *testing.T, asXZ bool, text string) string {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	var err error
	if asXZ {
		w, err = xz.NewWriter(&out)
	} else {
		w, err = lzma.NewWriter(&out)
	}
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// good are the files of a wheel with a server.
func good(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		serverFile:                         compressed(t, false, serverScript),
		"milvus/data/bin/libx.so.1.lzma":   compressed(t, true, "a library"),
		"milvus/data/config.yaml.template": template,
		"milvus/data/glog.conf":            "--v=0\n",
		"milvus/__init__.py":               "import this",
		"milvus/data/bin/README":           "not a binary",
		"other/bin/milvus.lzma":            "not the server",
	}
}

// archive writes a wheel, and pins it.
func archive(t *testing.T, files map[string]string) (path string, w Wheel) {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range files {
		f, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(f, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "milvus-9.8.7-py3-none-any.whl")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, pin(t, path)
}

func pin(t *testing.T, path string) Wheel {
	t.Helper()
	digest, err := Digest(path)
	if err != nil {
		t.Fatal(err)
	}
	return Wheel{Version: "9.8.7", File: filepath.Base(path), SHA256: digest}
}

func withoutServer(files map[string]string) map[string]string {
	delete(files, serverFile)
	return files
}

// withServer puts another text where the server is in a wheel.
func withServer(files map[string]string, text string) map[string]string {
	files[serverFile] = text
	return files
}
