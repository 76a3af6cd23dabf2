package sandbox

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// open returns a box with real protection, or skips where the machine has none.
func open(t *testing.T) *Box {
	t.Helper()
	b, err := Open(kind, t.TempDir(), false)
	var unprotected ErrUnprotected
	if errors.As(err, &unprotected) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func shell(t *testing.T, b *Box, text string) Done {
	t.Helper()
	done, err := b.Shell(t.Context(), text, Command{})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestTheFolderIsCarriedFromBlockToBlock(t *testing.T) {
	b := open(t)
	first := shell(t, b, "mkdir cert && cd cert\ntouch gen.sh\n")
	if first.Status != 0 || first.In != b.Root()+"/cert" {
		t.Fatalf("got %+v", first)
	}
	second, err := b.Shell(t.Context(), "ls gen.sh\n", Command{In: first.In})
	if err != nil || second.Status != 0 || !strings.Contains(second.Output, "gen.sh") {
		t.Fatalf("got %+v, %v", second, err)
	}
}

func TestABlockStopsAtItsFirstFailure(t *testing.T) {
	done := shell(t, open(t), "false\necho later\n")
	if done.Status != 1 || strings.Contains(done.Output, "later") {
		t.Fatalf("got %+v", done)
	}
}

func TestABlockThatNeverEndsIsEnded(t *testing.T) {
	b := open(t)
	begin := time.Now()
	done, err := b.Run(t.Context(), Command{Args: []string{"sh", "-c", "sleep 600 & sleep 600"}, Bound: time.Second})
	if err != nil || !strings.Contains(done.Ended, "did not end within 1s") || time.Since(begin) > time.Minute {
		t.Fatalf("got %+v, %v after %s", done, err, time.Since(begin))
	}
}

func TestABlockThatPrintsWithoutEndIsEnded(t *testing.T) {
	done := shell(t, open(t), "yes\n")
	if !strings.Contains(done.Ended, "printed") || len(done.Output) > 3*keep {
		t.Fatalf("ended %q with %d bytes kept", done.Ended, len(done.Output))
	}
}

func TestABlockThatForksWithoutEndIsBounded(t *testing.T) {
	b := open(t)
	if os.Geteuid() == 0 && !b.drop {
		t.Skip("this machine lets root run nothing as nobody, and root's processes are not counted")
	}
	done, err := b.Run(t.Context(), Command{Args: []string{"sh", "-c", "f() { f | f & }; f; sleep 60"}, Bound: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if done.Ended == "" && !strings.Contains(strings.ToLower(done.Output), "fork") {
		t.Fatalf("it was neither ended nor kept from forking: %+v", done)
	}
	if again := shell(t, b, "echo alive\n"); again.Output != "alive\n" {
		t.Fatalf("afterwards nothing runs: %+v", again)
	}
}

func TestNothingOutsideTheFolderIsTouched(t *testing.T) {
	outside := t.TempDir()
	treasure := filepath.Join(outside, "treasure")
	gold := rand.Text() // what rm says may name a file of the system, ld.gold for one
	if err := os.WriteFile(treasure, []byte(gold), 0o666); err != nil {
		t.Fatal(err)
	}
	home, _ := os.UserHomeDir()
	for _, block := range []string{
		"rm -rf / --no-preserve-root\n",
		"rm -rf ../../../../../.." + outside + "\n",
		"echo poor > ../../../../../.." + treasure + "\n",
		"echo poor > " + treasure + "\n",
		"cat " + treasure + " /etc/shadow\n",
		"ls " + home + "/.ssh " + home + "/.bashrc\n",
		"ln -s " + treasure + " link && echo poor > link\n",
		"ln -sf " + treasure + " /.state/block.sh\n",
		"ln -sf " + treasure + " /.state/cwd\n",
		"kill -9 1\n",
	} {
		b := open(t)
		done := shell(t, b, block) // what is not there is also removed well
		if strings.Contains(done.Output, gold) {
			t.Errorf("%q read what is not its own", block)
		}
		if text, err := os.ReadFile(treasure); err != nil || string(text) != gold {
			t.Fatalf("%q touched a file outside: %q, %v", block, text, err)
		}
		if after := shell(t, b, "echo alive\n"); after.Output != "alive\n" {
			t.Errorf("after %q nothing runs: %+v", block, after)
		}
	}
}

func TestTheSystemIsReadOnly(t *testing.T) {
	b := open(t)
	for _, block := range []string{
		"echo x > /usr/x\n", "echo x > /x\n", "echo x > /dev/x\n", "echo x > /etc/hosts\n", "mount -t tmpfs none /usr\n",
	} {
		if done := shell(t, b, block); done.Status == 0 {
			t.Errorf("%q ended well:\n%s", block, done.Output)
		}
	}
}

func TestThereIsNoNetworkButTheRunsOwn(t *testing.T) {
	b := open(t)
	if done := shell(t, b, "grep -v lo: /proc/net/dev | grep :\n"); done.Status == 0 {
		t.Fatalf("there is more than a loopback:\n%s", done.Output)
	}
}

func TestWhatAPageWritesIsBounded(t *testing.T) {
	b := open(t)
	done := shell(t, b, "for i in 1 2 3 4 5 6 7 8; do head -c 50000000 /dev/zero > big$i; done\n")
	if done.Status == 0 {
		t.Fatal("it wrote 400 MB")
	}
	if done := shell(t, b, "head -c 100000000 /dev/zero > /dev/shm/big\n"); done.Status == 0 {
		t.Fatal("it wrote 100 MB into shared memory")
	}
}

// A link that a block leaves leads the harness nowhere.
func TestTheHarnessFollowsNoLinkOut(t *testing.T) {
	b := open(t)
	outside := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(outside, []byte("gold"), 0o666); err != nil {
		t.Fatal(err)
	}
	shell(t, b, "ln -s "+outside+" gen.sh\nln -s / up\n")
	if err := b.Write(b.Root()+"/gen.sh", []byte("poor"), 0o644); err == nil {
		t.Error("it wrote through a link")
	}
	if _, err := b.Open(b.Root() + "/gen.sh"); err == nil {
		t.Error("it read through a link")
	}
	if _, err := b.Open(b.Root() + "/up/etc/hostname"); err == nil {
		t.Error("it read through a link to a folder")
	}
	if err := b.Replace(b.Root()+"/gen.sh", []byte("new"), 0o600); err != nil {
		t.Error(err)
	}
	if text, _ := os.ReadFile(outside); string(text) != "gold" {
		t.Errorf("the file outside holds %q", text)
	}
}

func TestACopyLeavesTheOriginalAsItIs(t *testing.T) {
	b := open(t)
	shell(t, b, "echo one > file\n")
	c, err := b.Copy()
	if err != nil {
		t.Fatal(err)
	}
	shell(t, c, "echo two > file\n")
	if text, err := b.Open(b.Root() + "/file"); err != nil || string(text) != "one\n" {
		t.Fatalf("got %q, %v", text, err)
	}
}

func TestWithoutProtectionItRefusesInOneLine(t *testing.T) {
	_, err := Open(isolate.None, t.TempDir(), false)
	if err == nil || !strings.Contains(err.Error(), "UNSAFE=1") || strings.Contains(err.Error(), "\n") {
		t.Fatalf("got %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if kind != isolate.None {
		if _, err := Open(kind, t.TempDir(), false); err == nil || !strings.Contains(err.Error(), "bubblewrap") {
			t.Fatalf("got %v", err)
		}
	}
}

func TestUnsafeRunsWithoutProtection(t *testing.T) {
	b, err := Open(isolate.None, t.TempDir(), true)
	if err != nil || b.Protected {
		t.Fatalf("got %+v, %v", b, err)
	}
	if done := shell(t, b, "mkdir a && cd a\n"); done.Status != 0 || done.In != b.Root()+"/a" {
		t.Fatalf("got %+v", done)
	}
}
