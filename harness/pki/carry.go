package pki

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"milvus-tls-e2e/harness"
)

// commandBound is how long one call of openssl may take. The slowest, an RSA
// key, takes a few tenths of a second on a machine with nothing else to do.
const commandBound = 30 * time.Second

// OpenSSL gives what the system's openssl calls itself, such as "OpenSSL
// 3.0.19". It fails where there is none, or where it does not run.
func OpenSSL(ctx context.Context) (string, error) {
	out, err := openssl(ctx, ".", os.TempDir(), nil, "version")
	if err != nil {
		return "", fmt.Errorf("ask openssl for its version: %w", err)
	}
	words := strings.Fields(string(out))
	return strings.Join(words[:min(2, len(words))], " "), nil
}

// Features are what the system's OpenSSL offers to claims; none where there is
// no OpenSSL that runs.
func Features(ctx context.Context) []harness.Feature {
	version, err := OpenSSL(ctx)
	switch {
	case err != nil:
		return nil
	case strings.HasPrefix(version, "OpenSSL 3.0."):
		return []harness.Feature{harness.HasOpenSSL, harness.OpenSSL30}
	}
	return []harness.Feature{harness.HasOpenSSL, harness.OpenSSLOther}
}

// A Book is a set of recipes, each of which is carried out when it is first
// asked for, and once.
type Book struct {
	dir     string
	runs    map[string]func(context.Context) Run
	version func(context.Context) (string, error)
}

// NewBook gives the recipes a folder, in which each gets one of its own.
func NewBook(dir string, recipes []Recipe) *Book {
	b := &Book{dir: dir, runs: map[string]func(context.Context) Run{}, version: once(func(ctx context.Context) told {
		version, err := OpenSSL(ctx)
		return told{version, err}
	})}
	for _, r := range recipes {
		b.runs[r.ID] = onceRun(func(ctx context.Context) Run { return b.carry(ctx, r) })
	}
	return b
}

// Start begins with every recipe, side by side.
func (b *Book) Start(ctx context.Context) {
	for _, run := range b.runs {
		go run(ctx)
	}
}

// Run carries a recipe out, or gives what came of it before.
func (b *Book) Run(ctx context.Context, id string) Run {
	run, known := b.runs[id]
	if !known {
		return Run{Failed: fmt.Sprintf("there is no recipe %q", id)}
	}
	return run(ctx)
}

// A Run is what came of a recipe.
type Run struct {
	Recipe   Recipe
	Dir      string   // where its files are; with its keys, so it stays in the run's folder
	OpenSSL  string   // the version that carried it out
	Status   int      // exit status of the first command that failed, as printed; 0 where none did
	Steps    []string // its commands as printed, and how they ended
	Made     []string // names of the files that it made, sorted
	Repaired string   // what was repaired, and why; empty where it ran as printed
	Failed   string   // why there are no files
	Kept     string   // the folder of the CA files that it started from
	Vouched  map[string]string
}

// carry carries a recipe out as printed and, where that fails and a repair is
// known, repaired in another folder.
func (b *Book) carry(ctx context.Context, r Recipe) Run {
	run := Run{Recipe: r}
	var err error
	if run.OpenSSL, err = b.version(ctx); err != nil {
		run.Failed = err.Error()
		return run
	}
	if r.Keeps != "" {
		kept := b.Run(ctx, r.Keeps)
		if run.Kept = kept.Dir; kept.Failed != "" {
			run.Failed = "the recipe that it starts from failed: " + kept.Failed
			return run
		}
	}
	status, steps, err := run.perform(ctx, filepath.Join(b.dir, r.ID), r)
	run.Status, run.Steps = status, steps
	if status != 0 && err == nil && r.Repair != nil {
		repaired := r
		repaired.Algorithm, run.Repaired = r.Repair.Algorithm, r.Repair.Why
		status, steps, err = run.perform(ctx, filepath.Join(b.dir, r.ID+"-repaired"), repaired)
	}
	switch {
	case err != nil:
		run.Failed = err.Error()
	case status != 0:
		run.Failed = steps[len(steps)-1]
	}
	return run
}

// perform calls the commands in a new folder until one fails. An error means
// that the recipe could not be tried.
func (run *Run) perform(ctx context.Context, dir string, r Recipe) (status int, steps []string, err error) {
	run.Dir = dir
	given, err := run.lay(r)
	if err != nil {
		return 0, nil, fmt.Errorf("lay out recipe %s: %w", r.ID, err)
	}
	home, err := os.MkdirTemp(filepath.Dir(dir), "home-") // for what openssl keeps for itself
	if err != nil {
		return 0, nil, err
	}
	defer os.RemoveAll(home)
	var printed []byte
	for _, c := range r.commands() {
		var input []byte
		if c.pipe {
			input = printed
		}
		printed, err = openssl(ctx, dir, home, input, c.args...)
		var failed *failure
		if err != nil && !errors.As(err, &failed) {
			return 0, steps, err
		}
		step := "openssl " + strings.Join(c.args, " ") + ": status 0"
		if failed != nil {
			return failed.status, append(steps, fmt.Sprintf("openssl %s: %s", strings.Join(c.args, " "), failed)), nil
		}
		steps = append(steps, step)
	}
	if err := run.vouch(ctx, home, r); err != nil {
		return 0, steps, err
	}
	run.Made, err = made(dir, given)
	return 0, steps, err
}

// lay makes the folder with what the recipe's user has put there before, and
// gives the names of that.
func (run *Run) lay(r Recipe) (given []string, err error) {
	if err := os.MkdirAll(run.Dir, folderMode); err != nil {
		return nil, err
	}
	if run.Kept != "" {
		files, err := filepath.Glob(filepath.Join(run.Kept, "ca.*"))
		if err != nil {
			return nil, err
		}
		for _, path := range files {
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			if err := writeFile(filepath.Join(run.Dir, filepath.Base(path)), text, keyMode); err != nil {
				return nil, err
			}
			given = append(given, filepath.Base(path))
		}
	}
	if !r.Writes {
		given = append(given, configFile)
	}
	return given, writeFile(filepath.Join(run.Dir, configFile), r.config(), certMode)
}

// vouch asks OpenSSL whether the CA file that was kept vouches for the leaves.
func (run *Run) vouch(ctx context.Context, home string, r Recipe) error {
	run.Vouched = map[string]string{}
	for _, leaf := range r.Leaves {
		if run.Kept == "" {
			continue
		}
		_, err := openssl(ctx, run.Dir, home, nil, "verify", "-no-CApath", "-CAfile", filepath.Join(run.Kept, "ca.pem"), leaf+".pem")
		var failed *failure
		switch {
		case errors.As(err, &failed):
			run.Vouched[leaf+".pem"] = failed.said
		case err != nil:
			return err
		default:
			run.Vouched[leaf+".pem"] = keptCA
		}
	}
	return nil
}

// made gives the names of a folder's files without those that were given.
func made(dir string, given []string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !slices.Contains(given, e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// failure is a call of openssl that ended with a status other than 0.
type failure struct {
	status int
	said   string
}

func (f *failure) Error() string { return fmt.Sprintf("status %d: %s", f.status, f.said) }

// openssl calls the system's openssl in a folder, with nothing of this
// process's environment but where to find programs, and gives what it printed.
func openssl(ctx context.Context, dir, home string, input []byte, args ...string) ([]byte, error) {
	bounded, cancel := context.WithTimeout(ctx, commandBound)
	defer cancel()
	cmd := exec.CommandContext(bounded, "openssl", args...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(input)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LC_ALL=C"}
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case bounded.Err() != nil:
		return nil, fmt.Errorf("openssl %s did not end within %s", args[0], commandBound)
	case errors.As(err, &exit):
		return nil, &failure{status: exit.ExitCode(), said: firstLine(complaints.String())}
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("openssl is not installed here: %w", err)
	}
	return out.Bytes(), err
}

// firstLine gives the first line that says something, cut to a sensible length.
func firstLine(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			return strings.ToValidUTF8(line[:min(len(line), 200)], "")
		}
	}
	return "it said nothing"
}

type told struct {
	text string
	err  error
}

func once(f func(context.Context) told) func(context.Context) (string, error) {
	var do sync.Once
	var t told
	return func(ctx context.Context) (string, error) {
		do.Do(func() { t = f(ctx) })
		return t.text, t.err
	}
}

func onceRun(f func(context.Context) Run) func(context.Context) Run {
	var do sync.Once
	var run Run
	return func(ctx context.Context) Run {
		do.Do(func() { run = f(ctx) })
		return run
	}
}
