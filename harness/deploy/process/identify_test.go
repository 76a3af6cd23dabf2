package process

import (
	"os"
	"path/filepath"
	"testing"

	"strings"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// kinds are both ways in which a server is started; the tests' servers need no
// namespaces.
var kinds = map[string]isolate.Kind{"in namespaces": isolate.AsRoot, "supervised": isolate.None}

func TestIdentify(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			tmp, held := t.TempDir(), newFIFO(t)
			t.Setenv("TMPDIR", tmp)
			binary := program(t, t.TempDir(), "milvus", `[ "$*" = "run standalone" ] || exit 3
[ -e "$MILVUSCONF/milvus.yaml" ] || exit 4
(exec 3>'`+held.path+`'; echo up >&3; echo "Version:   v2.3.5-lite"; exec sleep 60) &
exec sleep 60`)
			got, err := Identify(within(t), kind, binary, "", "")
			if err != nil || got != "v2.3.5-lite" {
				t.Errorf("%q, %v", got, err)
			}
			held.held(t)
			held.released(t)
			empty(t, tmp)
		})
	}
}

// A 2.6.20 panics over a key that is there and has no value before it says what it
// is, whether the stock file has the key or not.
func TestIdentifyASettingThatMustNotBeEmpty(t *testing.T) {
	stock := t.TempDir()
	write(t, stock, map[string]string{"milvus.yaml": "etcd:\n  rootPath: by-dev\n"})
	binary := program(t, t.TempDir(), "milvus", `if grep -E '(rootPath|cluster|endpoints|address|path): *(""|null)? *$' "$MILVUSCONF/milvus.yaml"; then
	echo "panic: etcd.rootPath is empty" >&2
	exit 134
fi
echo "Version:   v2.6.20"; exec sleep 60`)
	for _, configs := range []string{"", stock} {
		if got, err := Identify(within(t), isolate.None, binary, "", configs); err != nil || got != "v2.6.20" {
			t.Errorf("with the stock files of %q: %q, %v", configs, got, err)
		}
	}
}

func TestIdentifyWhatIsNoMilvus(t *testing.T) {
	for _, tt := range []struct{ name, script, want string }{
		{"it ends at once", "echo one; echo 'cannot open shared object file' >&2; echo; exit 9", "ended with status 9: cannot open shared object file"},
		{"it says nothing", "exit 9", "ended with status 9: it said nothing"},
		{"it is killed", "kill -SEGV $$", "ended with status 139: it said nothing"},
	} {
		for name, kind := range kinds {
			t.Run(tt.name+" "+name, func(t *testing.T) {
				t.Parallel()
				got, err := Identify(within(t), kind, program(t, t.TempDir(), "milvus", tt.script), "", "")
				wantError(t, err, "it printed no Milvus banner and "+tt.want)
				if got != "" {
					t.Errorf("identified as %q", got)
				}
			})
		}
	}
	for name, kind := range kinds {
		t.Run("it is no program "+name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, dir, map[string]string{"milvus": "\x7fELF? no."})
			if err := os.Chmod(filepath.Join(dir, "milvus"), 0o755); err != nil {
				t.Fatal(err)
			}
			_, err := Identify(within(t), kind, filepath.Join(dir, "milvus"), "", "")
			wantError(t, err, "start ", "milvus: fork/exec ")
			_, err = Identify(within(t), kind, filepath.Join(dir, "missing"), "", "")
			wantError(t, err, "start ", "missing: ", "no such file")
		})
	}
}

func TestIdentifyByTheLastWord(t *testing.T) {
	binary := program(t, t.TempDir(), "milvus", "echo 'Version:   v2.3.5-lite'; exit 9")
	if got, err := Identify(within(t), isolate.AsRoot, binary, "", ""); err != nil || got != "v2.3.5-lite" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestIdentifyTellsWhyNothingStarted(t *testing.T) {
	binary := filepath.Join(t.TempDir(), strings.Repeat("long", 20), "milvus")
	_, err := Identify(within(t), isolate.None, binary, "", "")
	wantError(t, err, "no such file")
}
