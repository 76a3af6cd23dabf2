//go:build !e2e

package suites

import (
	"context"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// The pages' recipes are wrong in places, so what they leave refutes claims
// even on an honest server. ideal gives them as the pages mean them: with these,
// every claim is confirmed. Each change names the claim that it sets right.
func ideal() []pki.Recipe {
	recipes := slices.Clone(pki.Recipes)
	for i := range recipes {
		r := &recipes[i]
		r.Algorithm, r.Repair = "ED25519", nil // recipe-2.5-runs; made at once, where RSA takes a while
		switch r.ID {
		case "2.5":
			r.Writes = false // recipe-2.5-files: openssl.cnf is not among what it makes
			r.Signed = both  // recipe-2.5-client-usable
		case "2.5-renewed":
			r.Signed = both
		case "legacy":
			r.Names = []string{harness.RightName} // recipe-legacy-san, recipe-cn-is-server-name
		case "manual":
			script := recipes[slices.IndexFunc(recipes, func(s pki.Recipe) bool { return s.ID == "legacy" })]
			r.CASubject, r.Subject, r.Leaves = script.CASubject, script.Subject, script.Leaves // recipe-manual-steps
			r.Serial = "aca.srl"                                                               // recipe-serial-name
		}
	}
	return recipes
}

var both = []string{
	"basicConstraints = CA:FALSE", "keyUsage = nonRepudiation, digitalSignature, keyEncipherment",
	"extendedKeyUsage = serverAuth, clientAuth",
}

// A spoiled recipe is an ideal one with one thing wrong, where its
// certificates are used, and exactly the claims that it breaks.
type spoiled struct {
	name    string
	id      string // of the recipe
	spoil   func(*pki.Recipe)
	told    []string // topologies
	refutes []string // claims
}

const (
	mode125, mode225, renewedTopology            = "mode-1-recipe-2.5", "mode-2-recipe-2.5", "mode-1-recipe-2.5-renewed"
	mode1Legacy, mode2Legacy, mode2LegacyWithSAN = "mode-1-recipe-legacy", "mode-2-recipe-legacy", "mode-2-recipe-legacy-san"
)

var spoiledRecipes = []spoiled{
	{"as printed", "2.5", func(r *pki.Recipe) { r.Algorithm, r.Repair = "rsa:2048", &pki.Repair{Algorithm: "RSA", Why: "x"} },
		in(mode125), of("recipe-2.5-runs")},
	{"openssl.cnf is left behind", "2.5", func(r *pki.Recipe) { r.Writes = true }, in(mode125), of("recipe-2.5-files")},
	{"requests are left behind", "2.5", func(r *pki.Recipe) { r.Requests = true }, in(mode125), of("recipe-2.5-files")},
	{"no SAN", "2.5", func(r *pki.Recipe) { r.Names = nil }, in(mode125), of("recipe-2.5-san", "recipe-cn-is-server-name")},
	{"serverAuth alone", "2.5", func(r *pki.Recipe) { r.Signed = append(slices.Clone(both[:2]), "extendedKeyUsage = serverAuth") },
		in(mode225), of("recipe-2.5-client-usable")},
	{"another serial file", "2.5", func(r *pki.Recipe) { r.Serial = "serial.srl" }, in(mode125), of("recipe-2.5-files", "recipe-serial-name")},
	{"leaves of a year", "2.5", func(r *pki.Recipe) { r.Days = 365 }, in(mode125), of("recipe-validity")},
	{"a CA of ten years", "2.5", func(r *pki.Recipe) { r.CADays = 3650 }, in(mode125), of("recipe-validity")},
	{"another server's SAN", "2.5", func(r *pki.Recipe) { r.Names = []string{"db.example"} },
		in(mode125), of("recipe-2.5-san", "recipe-cn-is-server-name")},
	{"a SAN for any name", "2.5", func(r *pki.Recipe) { r.Names = []string{"localhost", "*.example"} },
		in(mode125), of("recipe-cn-is-server-name")},
	{"a new CA", "2.5-renewed", func(r *pki.Recipe) { r.Fresh, r.CASubject, r.CADays = true, r.Subject, r.Days }, in(renewedTopology), of("recipe-cn-is-server-name", "recipe-renew")},
	{"no client", "legacy", func(r *pki.Recipe) { r.Leaves = r.Leaves[:1] }, in(mode1Legacy),
		of("recipe-legacy-files")},
	{"no SAN", "legacy", func(r *pki.Recipe) { r.Names = nil }, in(mode1Legacy, mode2Legacy), of("recipe-legacy-san", "recipe-cn-is-server-name")},
	{"no SAN as the 2.2 page configures it", "legacy-san", func(r *pki.Recipe) { r.Names = nil },
		in(mode2LegacyWithSAN), of("recipe-legacy-san", "recipe-cn-is-server-name")},
	{"no client", "manual", func(r *pki.Recipe) { r.Leaves = r.Leaves[:1] }, in(mode1Legacy), of("recipe-manual-steps")},
	{"no names", "manual", func(r *pki.Recipe) { r.Subject = "/C=/CN=" }, in(mode1Legacy), of("recipe-manual-steps")},
	{"OpenSSL's serial file", "manual", func(r *pki.Recipe) { r.Serial = "" }, in(mode1Legacy), of("recipe-serial-name")},
}

// recipes returns the ideal ones with this one spoiled.
func (s spoiled) recipes() []pki.Recipe {
	recipes := ideal()
	for i := range recipes {
		if recipes[i].ID == s.id {
			s.spoil(&recipes[i])
		}
	}
	return recipes
}

func TestEverySpoiledRecipeRefutesExactlyWhatItBreaks(t *testing.T) {
	t.Parallel()
	needOpenSSL(t)
	certs := pkitest.CertSet(t)
	for _, s := range spoiledRecipes {
		t.Run(s.id+" with "+s.name, func(t *testing.T) {
			t.Parallel()
			refutes(t, s.trial(certs, full).judged(t), s.refutes)
		})
	}
}

func (s spoiled) trial(certs *pki.CertSet, full bool) trial {
	return trial{recipes: s.recipes(), certs: certs, clients: inGo, topologies: s.told, about: lane(full, s.refutes)}
}

// What the pages print refutes claims, and leaves none inconclusive. Each result
// says how its certificates came about.
func TestThePagesOwnRecipesLeaveNothingOpen(t *testing.T) {
	t.Parallel()
	needOpenSSL(t)
	results := trial{
		recipes: pki.Recipes, certs: pkitest.CertSet(t), clients: inGo,
		topologies: in(mode125, mode225, renewedTopology, mode1Legacy, mode2Legacy, mode2LegacyWithSAN),
	}.judged(t)
	for claim, why := range by(results, harness.Inconclusive, harness.Unjudged) {
		t.Errorf("%s: %s", claim, why)
	}
	for _, r := range results {
		if r.Evidence != nil && r.Evidence.Facts.Kind() != "recipe" && !strings.Contains(strings.Join(r.Evidence.Transcript, " "), "SSL ") {
			t.Errorf("%s %s does not say which OpenSSL made the certificates", r.Claim, r.Case)
		}
	}
	refuted := by(results, harness.Refuted)
	for _, claim := range of("recipe-2.5-client-usable", "recipe-2.5-files", "recipe-cn-is-server-name", "recipe-legacy-san",
		"recipe-manual-steps", "recipe-serial-name") {
		if refuted[claim] == "" {
			t.Errorf("%s was not refuted", claim)
		}
	}
	for _, claim := range of("recipe-renew", "recipe-validity", "recipe-2.5-san", "recipe-legacy-files") {
		if refuted[claim] != "" {
			t.Errorf("%s was refuted: %s", claim, refuted[claim])
		}
	}
}

// A recipe that cannot be carried out proves nothing about the page.
func TestARecipeThatFailsProvesNothing(t *testing.T) {
	t.Parallel()
	needOpenSSL(t)
	broken := spoiled{id: "legacy", spoil: func(r *pki.Recipe) { r.Algorithm = "none" }}
	for _, r := range (trial{recipes: broken.recipes(), certs: pkitest.CertSet(t), clients: inGo, topologies: in(mode1Legacy)}).judged(t) {
		aboutManual := strings.Contains(r.Attempt, "recipe manual")
		if r.Verdict != harness.Inconclusive && r.Verdict != harness.NotApplicable && !aboutManual {
			t.Errorf("%s %s is %v: %s", r.Claim, r.Case, r.Verdict, r.Reason)
		}
	}
}

func TestWithoutOpenSSLRecipesDoNotApply(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if f := pki.Features(context.Background()); len(f) > 0 {
		t.Errorf("a machine without openssl offers %v", f)
	}
	for _, r := range judged(t, pkitest.CertSet(t), inGo, in(mode125, mode1Legacy)) {
		if r.Verdict != harness.NotApplicable {
			t.Errorf("%s %s is %v: %s", r.Claim, r.Case, r.Verdict, r.Reason)
		}
	}
}

func needOpenSSL(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skipf("there is no openssl to carry recipes out: %v", err)
	}
}
