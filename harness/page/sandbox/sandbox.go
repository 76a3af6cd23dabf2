// Package sandbox runs what a page prints without letting it at the machine:
// under bubblewrap, with a read-only system, no home, one folder to write in,
// and bounds on time, processes, memory, disk and output.
package sandbox

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// The limits of one command apart from its time.
const (
	maxDisk      = 256 << 20 // of everything that a page writes
	maxFile      = 64 << 20
	maxTemporary = 64 << 20 // of /tmp, which lasts as long as the command
	maxProcesses = 512
	maxMemory    = 4 << 30 // of one process's addresses
	maxOutput    = 4 << 20 // what a command may print before it is ended
)

// nobody is the user that a root's commands run as: the kernel limits a user's processes, but
// not root's.
const nobody = 65534

// inside is where a box's folder appears to what runs in it.
const inside = "/page"

// state holds the script that runs, and where it was when it ended.
const state = "/.state"

// A Bind shows a folder of the machine, read-only, at a path.
type Bind struct{ From, At string }

// A Box is one folder with the means to run commands that write nowhere else.
type Box struct {
	Protected bool // false where the user allowed running unprotected

	kind   isolate.Kind
	base   string // on the machine: everything that boxes keep
	name   string
	tools  tools
	drop   bool   // commands run as the user nobody
	lent   []Bind // shown to every command
	copies *int
}

// tools are the programs that keep commands in, empty where nothing does.
type tools struct{ bwrap, prlimit string }

// ErrUnprotected is the reason why nothing here keeps a page's commands from the user's files
// and network.
type ErrUnprotected struct{ Why string }

func (e ErrUnprotected) Error() string {
	return "refuse to run the page's blocks with your rights: " + e.Why + ", or take the risk with UNSAFE=1"
}

// Open makes a box for a run in namespaces of the given kind, below dir. It
// refuses with ErrUnprotected where the machine lacks the means, unless unsafe
// is set.
func Open(kind isolate.Kind, dir string, unsafe bool) (*Box, error) {
	b := &Box{kind: kind, base: filepath.Join(dir, "page"), name: "main", copies: new(int)}
	if err := b.protect(kind); err != nil {
		if !unsafe {
			return nil, err
		}
		b.tools, b.drop = tools{}, false
		b.base = filepath.Join(dir, "page")
	}
	b.Protected = b.tools.bwrap != ""
	for _, d := range []string{b.Folder(), b.stateFolder()} {
		if err := b.mkdir(d); err != nil {
			return nil, fmt.Errorf("make folder for the page: %w", err)
		}
	}
	return b, nil
}

// protect finds out whether commands can be kept in, and how.
func (b *Box) protect(kind isolate.Kind) error {
	if kind == isolate.None {
		return ErrUnprotected{"they would run without a network namespace of their own"}
	}
	for name, at := range map[string]*string{"bwrap": &b.tools.bwrap, "prlimit": &b.tools.prlimit} {
		found, err := exec.LookPath(name)
		if err != nil {
			return ErrUnprotected{name + " is not installed (Debian: apt-get install bubblewrap util-linux)"}
		}
		*at = found
	}
	// /run is the run's own here: other users may enter it, and it ends with the run.
	b.base = "/run/milvus-tls-e2e-page"
	if err := os.MkdirAll(b.base, 0o755); err != nil {
		return fmt.Errorf("make folder for the page: %w", err)
	}
	if err := mountMemory(b.base, maxDisk); err != nil {
		return ErrUnprotected{"what they write could not be bounded: mount: " + err.Error()}
	}
	b.drop = os.Geteuid() == 0
	why := b.trial()
	if why != nil && b.drop {
		b.drop = false
		why = b.trial()
	}
	if why != nil {
		return ErrUnprotected{"bubblewrap does not work here: " + why.Error()}
	}
	return nil
}

func (b *Box) trial() error {
	for _, d := range []string{b.Folder(), b.stateFolder()} {
		if err := b.mkdir(d); err != nil {
			return err
		}
	}
	args := b.arguments(Command{Args: []string{"true"}})
	cmd := exec.Command(args[0], args[1:]...)
	cmd.SysProcAttr = b.attributes()
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.New(strings.TrimSpace(strings.Join(strings.Fields(string(out)), " ") + " " + err.Error()))
	}
	return nil
}

func (b *Box) attributes() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true}
	if b.drop {
		a.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	return a
}

// Folder is the box's folder on the machine.
func (b *Box) Folder() string { return filepath.Join(b.base, b.name) }

// Root is the box's folder as its commands see it.
func (b *Box) Root() string {
	if b.tools.bwrap == "" {
		return b.Folder()
	}
	return inside
}

// Host returns the machine's path of a path that commands see below Root.
func (b *Box) Host(seen string) string {
	rel, err := filepath.Rel(b.Root(), seen)
	if err != nil || !filepath.IsLocal(rel) {
		return b.Folder()
	}
	return filepath.Join(b.Folder(), rel)
}

// ExtraFiles is the folder, as commands see it, that holds the files which a Command
// has aside.
func (b *Box) ExtraFiles() string { return b.script("") }

func (b *Box) stateFolder() string { return filepath.Join(b.base, path.Base(state)) }

// script is the path of a file in the state folder, as commands see it.
func (b *Box) script(name string) string {
	if b.tools.bwrap == "" {
		return filepath.Join(b.stateFolder(), name)
	}
	return path.Join(state, name)
}

func (b *Box) mkdir(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return b.own(dir)
}

// own gives what the harness wrote to the user that the commands run as.
func (b *Box) own(file string) error {
	if !b.drop {
		return nil
	}
	return os.Lchown(file, nobody, nobody)
}

// BindReadOnly shows a folder of the machine, read-only and at its own path, to every
// command. The system's own folders are shown anyhow.
func (b *Box) BindReadOnly(dir string) error {
	if b.tools.bwrap == "" || strings.HasPrefix(dir+"/", "/usr/") {
		return nil
	}
	// Nobody may not pass through a user's home, so it is shown from here.
	at := filepath.Join(b.base, "lent", strconv.Itoa(len(b.lent)))
	if err := os.MkdirAll(at, 0o755); err != nil {
		return fmt.Errorf("lend %s: %w", dir, err)
	}
	if err := mountFolder(dir, at); err != nil {
		return fmt.Errorf("lend %s: %w", dir, err)
	}
	b.lent = append(b.lent, Bind{From: at, At: dir})
	return nil
}

// Copy returns a box whose folder starts as a copy of this one's.
func (b *Box) Copy() (*Box, error) {
	*b.copies++
	c := *b
	c.name = "copy-" + strconv.Itoa(*b.copies)
	if out, err := exec.Command("cp", "-a", b.Folder(), c.Folder()).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("copy the page's folder: %s: %w", strings.TrimSpace(string(out)), err)
	}
	return &c, nil
}
