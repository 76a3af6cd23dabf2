package pki

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// A RecipeRunner is a set of recipes, each of which is carried out when it is first
// asked for, and once.
type RecipeRunner struct {
	dir  string
	runs map[string]func(context.Context) Run
}

// NewRecipeRunner returns the recipes a folder, in which each gets one of its own.
func NewRecipeRunner(dir string, recipes []Recipe) *RecipeRunner {
	b := &RecipeRunner{dir: dir, runs: map[string]func(context.Context) Run{}}
	for _, r := range recipes {
		var mu sync.Mutex
		var run Run
		var done bool
		b.runs[r.ID] = func(ctx context.Context) Run {
			mu.Lock()
			defer mu.Unlock()
			if !done {
				run = b.carry(ctx, r)
				done = ctx.Err() == nil // what was interrupted shows nothing of the recipe
			}
			return run
		}
	}
	return b
}

// Start begins some recipes in parallel, for later use.
func (b *RecipeRunner) Start(ctx context.Context, ids ...string) {
	for _, id := range ids {
		go b.Run(ctx, id)
	}
}

// Run carries a recipe out, or gives what came of it before.
func (b *RecipeRunner) Run(ctx context.Context, id string) Run {
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

	Vouched map[string]string // by file: KeptCA, or OpenSSL's error
}

// String describes the origin of the certificates, for a result's evidence.
func (run Run) String() string {
	text := "certificates made by recipe " + run.Recipe.ID + " with " + run.OpenSSL
	if run.Repaired != "" {
		text += "; repaired: " + run.Repaired
	}
	return text
}

// carry carries a recipe out as printed and, where that fails and a repair is
// known, repaired in another folder.
func (b *RecipeRunner) carry(ctx context.Context, r Recipe) Run {
	run := Run{Recipe: r}
	var err error
	if run.OpenSSL, err = OpenSSL(ctx); err != nil {
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
	// One that was interrupted may have left some.
	if err := errors.Join(os.RemoveAll(run.Dir), os.MkdirAll(run.Dir, folderMode)); err != nil {
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
			run.Vouched[leaf+".pem"] = KeptCA
		}
	}
	return nil
}

// made returns the names of a folder's files without those that were given.
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

// KeptCA is who issued a leaf that verifies against the CA file that was kept.
const KeptCA = "the CA file that was kept"

// CertSet assembles a certificate set of what a recipe left: its clients trust the CA
// file that they had before, where the recipe kept one.
func (b *RecipeRunner) CertSet(ctx context.Context, id string) (*CertSet, error) {
	run := b.Run(ctx, id)
	if run.Failed != "" {
		return nil, fmt.Errorf("carry out recipe %s: %s", id, run.Failed)
	}
	p, err := ReadParts(run.Dir)
	if err != nil {
		return nil, fmt.Errorf("take the files of recipe %s: %w", id, err)
	}
	if run.Kept != "" {
		kept, err := ReadParts(run.Kept)
		if err != nil {
			return nil, fmt.Errorf("take the files of recipe %s: %w", id, err)
		}
		p.CA, p.CAKey = kept.CA, kept.CAKey
	}
	return Assemble(p)
}
