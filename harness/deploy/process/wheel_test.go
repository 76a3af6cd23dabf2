package process

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestFetchRefuses(t *testing.T) {
	t.Parallel()
	whole := good(t)
	tests := []struct {
		name  string
		files map[string]string
		spoil func(t *testing.T, path string, w Wheel) Wheel
		want  []string
	}{
		{"a wheel with another hash", whole, func(_ *testing.T, _ string, w Wheel) Wheel {
			w.SHA256 = strings.Repeat("0", 64)
			return w
		}, []string{"refuse", "9.8.7.yaml pins 000000"}},
		{"a wheel that was cut short", whole, func(t *testing.T, path string, w Wheel) Wheel {
			cut(t, path)
			return w
		}, []string{"refuse", "cut short"}},
		{"a zip that is none", whole, func(t *testing.T, path string, _ Wheel) Wheel {
			cut(t, path)
			return pin(t, path)
		}, []string{"unpack milvus-9.8.7-py3-none-any.whl: zip: not a valid zip file"}},
		{"a missing file", whole, func(t *testing.T, path string, w Wheel) Wheel {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			return w
		}, []string{"read wheel", "no such file"}},
		{"no server", withoutServer(good(t)), nil, []string{"there is no " + serverFile + " in it"}},
		{"a server cut short, legacy", withServer(good(t), whole[serverFile][:len(whole[serverFile])-8]), nil, []string{serverFile, "unexpected EOF"}},
		{"a server cut short, .xz", withServer(good(t), compressed(t, true, serverScript)[:60]), nil, []string{serverFile, "EOF"}},
		{"an empty server", withServer(good(t), ""), nil, []string{serverFile, "EOF"}},
		{"a server that is not compressed", withServer(good(t), serverScript), nil, []string{serverFile, "lzma"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path, w := archive(t, tt.files)
			if tt.spoil != nil {
				w = tt.spoil(t, path, w)
			}
			c := Cache{Dir: t.TempDir(), Log: io.Discard}
			dir, err := c.Fetch(t.Context(), w, path)
			wantWords(t, err, tt.want...)
			if dir != "" {
				t.Errorf("it is told to be in %s", dir)
			}
			empty(t, filepath.Join(c.Dir, "milvus"))
		})
	}
}

func cut(t *testing.T, path string) {
	t.Helper()
	if err := os.Truncate(path, 300); err != nil {
		t.Fatal(err)
	}
}

func TestFetchFillsTheCacheOnce(t *testing.T) {
	t.Parallel()
	for _, asXZ := range []bool{false, true} {
		path, w := archive(t, withServer(good(t), compressed(t, asXZ, serverScript)))
		var said bytes.Buffer
		c := Cache{Dir: t.TempDir(), Log: &said}
		dir, err := c.Fetch(t.Context(), w, path)
		if err != nil {
			t.Fatal(err)
		}
		wantServer(t, dir)
		if !strings.Contains(said.String(), "milvus 9.8.7: unpacking "+w.File) {
			t.Errorf("said %q", said.String())
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		said.Reset()
		if again, err := c.Fetch(t.Context(), w, path); err != nil || again != dir || said.Len() > 0 {
			t.Errorf("again: %q, %v, said %q", again, err, said.String())
		}
	}
}

// wantServer fails unless a folder is what becomes of a good wheel.
func wantServer(t *testing.T, dir string) {
	t.Helper()
	if got := files(t, dir); !slices.Equal(got, []string{"bin/libx.so.1", "bin/milvus", "configs/glog.conf", "configs/milvus.yaml"}) {
		t.Errorf("unpacked %q", got)
	}
	for name, want := range map[string]struct {
		text       string
		executable bool
	}{
		"bin/milvus":          {serverScript, true},
		"bin/libx.so.1":       {"a library", true},
		"configs/glog.conf":   {"--v=0\n", false},
		"configs/milvus.yaml": {"port: \nnumber: 3\nword: x\ntight: /a/b c, \nkept: { plain: yes }\n", false},
	} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(text) != want.text {
			t.Errorf("%s holds %q, %v, want %q", name, text, err, want.text)
		}
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode()&0o600 != 0o600 || (info.Mode()&0o100 != 0) != want.executable {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestWhich(t *testing.T) {
	t.Parallel()
	path, w := archive(t, good(t))
	others := []Wheel{{"1.0.0", "milvus-1.0.0.whl", strings.Repeat("1", 64)}, {"2.0.0", "milvus-2.0.0.whl", strings.Repeat("2", 64)}}
	if got, err := Which(path, append(slices.Clone(others), w)); err != nil || got != w {
		t.Errorf("%+v, %v", got, err)
	}
	got, err := Which(path, others)
	wantError(t, err, "MILVUS_WHEEL="+path, w.SHA256, "milvus-1.0.0.whl, milvus-2.0.0.whl")
	if got != (Wheel{}) {
		t.Errorf("%+v was found", got)
	}
	_, err = Which(path+".missing", others)
	wantError(t, err, "MILVUS_WHEEL", "no such file")
}

func TestACutServerIsToldInOneLine(t *testing.T) {
	path, w := archive(t, withServer(good(t), compressed(t, true, serverScript)[:60]))
	_, err := Cache{Dir: t.TempDir(), Log: t.Output()}.Fetch(t.Context(), w, path)
	wantError(t, err, "unexpected EOF")
}

func TestWheelWithoutAPinIsRefused(t *testing.T) {
	for _, pin := range []string{"", "abc"} {
		if _, err := (Cache{Dir: t.TempDir()}).Fetch(t.Context(), Wheel{Version: "9.8.7", SHA256: pin}, ""); err == nil || !strings.Contains(err.Error(), "pin it") {
			t.Errorf("%q: %v", pin, err)
		}
	}
}
