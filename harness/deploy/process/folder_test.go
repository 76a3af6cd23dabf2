package process

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func sweep(t *testing.T, want ...string) {
	t.Helper()
	if swept, err := Sweep(); err != nil || !slices.Equal(swept, want) {
		t.Errorf("swept %q, %v, want %q", swept, err, want)
	}
}

func TestFolder(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	over := filepath.Join(tmp, runPrefix+"over")
	write(t, over, map[string]string{"lock": "", "cell/milvus.log": "text"})
	write(t, tmp, map[string]string{runPrefix + "nobodys/file": "", "other/lock": ""})

	dir, remove, err := Folder()
	if err != nil {
		t.Fatal(err)
	}
	if there(over) {
		t.Error("the folder of a run that is over is still there")
	}
	if !strings.HasPrefix(dir, filepath.Join(tmp, runPrefix)) {
		t.Errorf("the run's folder is %s", dir)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("others may look into the run's folder: %v, %v", info.Mode(), err)
	}
	write(t, dir, map[string]string{"cell/milvus.log": "text"})
	sweep(t)
	if !there(filepath.Join(dir, "cell", "milvus.log")) {
		t.Error("the folder of a run that goes on was swept")
	}
	if !there(filepath.Join(tmp, "other", "lock")) || !there(filepath.Join(tmp, runPrefix+"nobodys", "file")) {
		t.Error("what is no run's was swept")
	}
	if err := remove(); err != nil || there(dir) {
		t.Errorf("the run's folder was not removed: %v", err)
	}
}

// A folder that cannot be removed keeps no later run from its own, nor from
// removing others.
func TestFolderThatCannotBeRemoved(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root removes everything")
	}
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	fast, over := filepath.Join(tmp, runPrefix+"0"), filepath.Join(tmp, runPrefix+"1")
	write(t, fast, map[string]string{"lock": "", "kept/file": ""})
	write(t, over, map[string]string{"lock": ""})
	kept := filepath.Join(fast, "kept")
	if err := os.Chmod(kept, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(kept, 0o700) })
	_, remove, err := Folder()
	if err != nil {
		t.Fatal(err)
	}
	if err := remove(); err != nil || there(over) || !there(kept) {
		t.Errorf("%v; there: %v, %v", err, there(over), there(kept))
	}
	// Its lock may be gone by now, and then it is taken for one that is being made.
	write(t, fast, map[string]string{"lock": ""})
	if _, err := Sweep(); err == nil {
		t.Error("nobody said that a folder could not be removed")
	}
}

// A run that is killed leaves its folder to the next.
func TestFolderOfAKilledRun(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	run := exec.CommandContext(within(t), self(t), "folder")
	out, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	said, dir := bufio.NewScanner(out), ""
	for range 2 { // a banner, and the folder
		said.Scan()
		dir = said.Text()
	}
	if !there(dir) {
		t.Fatalf("%q is not there: %v", dir, said.Err())
	}
	sweep(t)
	if err := run.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = run.Wait()
	if !there(dir) {
		t.Fatalf("%s is gone already", dir)
	}
	sweep(t, dir)
	empty(t, tmp)
}

func TestFoldersOfRunsThatStartAtOnce(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var work sync.WaitGroup
	for range 4 {
		work.Go(func() {
			for range 150 {
				dir, remove, err := Folder()
				if err != nil {
					t.Error(err)
					return
				}
				if !there(dir) {
					t.Error("the run's folder is gone")
				}
				_ = remove()
			}
		})
	}
	work.Wait()
}
