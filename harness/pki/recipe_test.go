package pki

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness"
)

// carried gives the pages' recipes, carried out once for all tests.
var carried = sync.OnceValues(func() (*RecipeRunner, error) {
	dir, err := os.MkdirTemp("", "recipes-")
	return NewRecipeRunner(dir, Recipes), err
})

func TestMain(m *testing.M) {
	status := m.Run()
	if b, err := carried(); err == nil {
		_ = os.RemoveAll(b.dir)
	}
	os.Exit(status)
}

func recipeRunner(t *testing.T) *RecipeRunner {
	t.Helper()
	if testing.Short() {
		t.Skip("left to make test: keys of RSA take OpenSSL seconds")
	}
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skipf("there is no openssl to carry recipes out: %v", err)
	}
	b, err := carried()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The aim is 5 s on a machine with nothing else to do; a test cannot know what
// else the machine does, so it tells the time, and bounds what processors spent
// on it.
func TestAllRecipesTogetherTakeSeconds(t *testing.T) {
	recipeRunner(t)
	begin, spent := time.Now(), ProcessorTime(t, unix.RUSAGE_CHILDREN)
	b := NewRecipeRunner(t.TempDir(), Recipes)
	for _, r := range Recipes {
		b.Start(t.Context(), r.ID)
	}
	for _, r := range Recipes {
		if run := b.Run(t.Context(), r.ID); run.Failed != "" {
			t.Errorf("%s: %s", r.ID, run.Failed)
		}
	}
	spent = ProcessorTime(t, unix.RUSAGE_CHILDREN) - spent
	t.Logf("all recipes: %.1f s, of which processors spent %.1f s", time.Since(begin).Seconds(), spent.Seconds())
	if spent > commandBound {
		t.Errorf("processors spent %s on them", spent)
	}
}

// ProcessorTime is what this program has used, or the programs that it has run.
func ProcessorTime(t *testing.T, who int) time.Duration {
	t.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(who, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestARecipesCertSetTrustsTheCAFromBefore(t *testing.T) {
	b := recipeRunner(t)
	before, err := b.CertSet(t.Context(), "2.5")
	if err != nil {
		t.Fatal(err)
	}
	after, err := b.CertSet(t.Context(), "2.5-renewed")
	if err != nil {
		t.Fatal(err)
	}
	if string(before.CA().PEM()) != string(after.CA().PEM()) || before.Server().Fingerprint() == after.Server().Fingerprint() {
		t.Error("the CA was not kept, or the server's certificate was not renewed")
	}
	good, err := after.Identity(harness.Good)
	if err != nil || parsed(t, good.chain[0]).Subject.Organization[0] != "zilliz" {
		t.Errorf("good is not the recipe's client: %v", err)
	}
	if _, err := after.Identity(harness.BothUsages); err != nil {
		t.Errorf("there is nothing to hold the recipe's client against: %v", err)
	}
}

func TestKeysOfARecipeStayTheUsers(t *testing.T) {
	run := recipeRunner(t).Run(t.Context(), "2.5-renewed")
	for _, dir := range []string{run.Dir, run.Kept} {
		if mode := modeOf(t, dir); mode != 0o700 {
			t.Errorf("%s has mode %o", dir, mode)
		}
		keys, err := filepath.Glob(filepath.Join(dir, "*.key"))
		if err != nil || len(keys) == 0 {
			t.Fatalf("there are no keys in %s: %v", dir, err)
		}
		for _, key := range keys {
			if mode := modeOf(t, key); mode != 0o600 {
				t.Errorf("%s has mode %o", key, mode)
			}
		}
	}
}

func TestARecipeThatFailsSaysWhere(t *testing.T) {
	recipeRunner(t)
	b := NewRecipeRunner(t.TempDir(), []Recipe{
		{ID: "broken", Algorithm: "none", Leaves: []string{"server"}, CASubject: "/CN=x", Subject: "/CN=x", CADays: 1, Days: 1},
		{ID: "after", Keeps: "broken", Algorithm: "RSA"},
	})
	for id, says := range map[string]string{"broken": "genpkey", "after": "genpkey", "missing": `no recipe "missing"`} {
		f := b.Run(t.Context(), id)
		if !strings.Contains(f.Failed, says) || strings.Contains(f.Failed, "\n") {
			t.Errorf("%s: %q", id, f.Failed)
		}
		if _, err := b.CertSet(t.Context(), id); err == nil {
			t.Errorf("%s: there is a certificate set", id)
		}
	}
}

func TestAnInterruptedRecipeFails(t *testing.T) {
	recipeRunner(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if run := NewRecipeRunner(t.TempDir(), Recipes).Run(ctx, "legacy"); run.Failed == "" {
		t.Error("it was carried out all the same")
	}
}

// The environment may name another configuration for every openssl, which is
// not what the page's reader has.
func TestTheEnvironmentDoesNotReachARecipe(t *testing.T) {
	recipeRunner(t)
	t.Setenv("OPENSSL_CONF", "/nonexistent/openssl.cnf")
	run := NewRecipeRunner(t.TempDir(), Recipes).Run(t.Context(), "manual")
	if run.Failed != "" {
		t.Error(run.Failed)
	}
}
