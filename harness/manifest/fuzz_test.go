package manifest

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// FuzzRead: whatever a file holds, the reader ends, says one line about what it
// refuses, and never calls a file sound whose tlsMode it did not read.
func FuzzRead(f *testing.F) {
	archives, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(archives) == 0 {
		f.Fatalf("found %v, %v", archives, err)
	}
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data)
	}
	for _, text := range good {
		f.Add([]byte(text))
	}
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("\xff\xfe\x00"))
	f.Add([]byte("services: {m: {image: milvus, command: 'sh -c \"COMMON_SECURITY_TLSMODE=1 milvus run standalone\"'}}\n"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := ReadAll(filepath.Join(dir, "m.yaml"), text, Options{})
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
			return
		}
		sound, read := true, false
		for _, m := range all {
			sound = sound && len(m.Findings) == 0 && len(m.NotRead) == 0
			settings := m.settings()
			_, mode := settings[modeKey]
			_, internal := settings[internalKey]
			read = read || mode || internal
		}
		roots, err := documents(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, root := range roots {
			if sound && !read && len(mentions(root)) > 0 {
				t.Errorf("called sound, and not read: %q", text)
			}
		}
	})
}
