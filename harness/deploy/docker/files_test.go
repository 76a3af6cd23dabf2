package docker

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestUserOfAnImage(t *testing.T) {
	passwd := []byte("root:x:0:0:root:/:/\nmilvus:x:1000:1001::/milvus:/\n")
	tests := []struct {
		user  string
		want  owner
		known bool
	}{
		{"", owner{}, true},
		{"root", owner{}, true},
		{"1000", owner{1000, 1001}, true},
		{"milvus", owner{1000, 1001}, true},
		{"milvus:7", owner{1000, 7}, true},
		{"5:6", owner{5, 6}, true},
		{"nobody", owner{}, false},
	}
	for _, tt := range tests {
		if got, known := numbers(tt.user, passwd); got != tt.want || known != tt.known {
			t.Errorf("%q: %v, %v; want %v, %v", tt.user, got, known, tt.want, tt.known)
		}
	}
}

func entries(t *testing.T, text []byte) map[string]tar.Header {
	t.Helper()
	all := map[string]tar.Header{}
	for r := tar.NewReader(bytes.NewReader(text)); ; {
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all["/"+head.Name] = *head
	}
}

func TestPutInFilesBelongToTheImagesUser(t *testing.T) {
	text, err := archive([]file{
		{path: "/milvus/tls/server.key", text: []byte("k"), mode: 0o600},
		{path: "/milvus/tls/ca.pem", text: []byte("c"), mode: 0},
		{path: "/other/f", mode: 0o644, owner: &owner{}},
	}, owner{1000, 1001})
	if err != nil {
		t.Fatal(err)
	}
	got := entries(t, text)
	for path, want := range map[string]tar.Header{
		"/milvus/tls/":           {Mode: 0o755, Uid: 1000, Gid: 1001},
		"/milvus/tls/server.key": {Mode: 0o600, Uid: 1000, Gid: 1001},
		"/milvus/tls/ca.pem":     {Mode: 0, Uid: 1000, Gid: 1001},
		"/other/f":               {Mode: 0o644},
	} {
		if h := got[path]; h.Name == "" || h.Mode != want.Mode || h.Uid != want.Uid || h.Gid != want.Gid {
			t.Errorf("%s: %+v", path, h)
		}
	}
}

func TestRootOfALocalImage(t *testing.T) {
	server := fakeMilvus(t)
	r, err := milvusRoot(server)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := r.write(&out); err != nil {
		t.Fatal(err)
	}
	got := entries(t, out.Bytes())
	for _, path := range []string{"/milvus/bin/milvus", "/milvus/lib/libown.so", "/milvus/configs/milvus.yaml", "/etc/passwd", "/tmp/"} {
		if _, there := got[path]; !there {
			t.Errorf("there is no %s in it", path)
		}
	}
	if h := got["/milvus/configs/"]; h.Uid != milvusUser.uid {
		t.Errorf("the configuration folder is %d's", h.Uid)
	}
	loader, err := interpreter(filepath.Join(server, "bin", "milvus"))
	if err != nil {
		t.Fatal(err)
	}
	if _, there := got[loader]; loader != "" && !there {
		t.Errorf("its loader %s is not in it", loader)
	}
}

func TestImageIsMadeAgainOnlyWhenItsInputChanges(t *testing.T) {
	server := fakeMilvus(t)
	key := func(pin string, change func(*root)) string {
		t.Helper()
		r, err := milvusRoot(server)
		if err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(&r)
		}
		k, err := r.key(pin, server)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	same, again := key("a", nil), key("a", nil)
	changed := []string{
		key("b", nil),
		key("a", func(r *root) { r.changes = append(r.changes, "ENV A=b") }),
		key("a", func(r *root) { r.texts[0].text = []byte("other") }),
		key("a", func(r *root) { r.copies = r.copies[1:] }),
		key("a", func(r *root) { r.folders[0].mode = 0o700 }),
	}
	if same != again || slices.Contains(changed, same) {
		t.Errorf("%s, again %s, changed %s", same, again, changed)
	}
}

func TestNeedsOfAProgram(t *testing.T) {
	libc := find("libc.so.6", libraryFolders)
	shell, err := filepath.EvalSymlinks("/bin/sh")
	if err != nil || libc == "" {
		t.Skip("there is no dynamic /bin/sh and glibc here")
	}
	got, err := sharedLibs(shell)
	if err != nil || !slices.Contains(got, libc) || !slices.ContainsFunc(got, func(p string) bool { return strings.Contains(p, "ld-linux") }) {
		t.Errorf("needs %q, %v", got, err)
	}
	if _, err := sharedLibs(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a program that is not there needs nothing")
	}
}

func TestCutTag(t *testing.T) {
	for name, want := range map[string][2]string{
		"a/b:v1": {"a/b", "v1"}, "host:5000/a": {"host:5000/a", ""}, "host:5000/a:v1": {"host:5000/a", "v1"}, "a": {"a", ""},
	} {
		if r, tag := cutTag(name); r != want[0] || tag != want[1] {
			t.Errorf("%s: %q %q", name, r, tag)
		}
	}
}
