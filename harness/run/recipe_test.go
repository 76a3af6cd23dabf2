package run

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/recipe"
	"milvus-tls-e2e/harness/pki"
)

func recipeRunner(t *testing.T) *pki.RecipeRunner {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skipf("there is no openssl to carry recipes out: %v", err)
	}
	return pki.NewRecipeRunner(t.TempDir(), pki.Recipes)
}

// What the recipes leave, fact by fact, whatever OpenSSL's line.
func TestWhatTheRecipesLeave(t *testing.T) {
	b := recipeRunner(t)
	const nine = "ca.key, ca.pem, ca.srl, client.csr, client.key, client.pem, server.csr, server.key, server.pem"
	tests := []struct {
		recipe string
		fact   recipe.Fact
		file   string
		want   string
	}{
		{"2.5", recipe.FactFiles, "", "ca.key, ca.pem, ca.srl, client.key, client.pem, openssl.cnf, server.key, server.pem"},
		{"2.5", recipe.FactNoSerial, "", "ca.key, ca.pem, client.key, client.pem, openssl.cnf, server.key, server.pem"},
		{"2.5", recipe.FactSerial, "", "ca.srl"},
		{"2.5", recipe.FactSAN, "server.pem", "localhost"},
		{"2.5", recipe.FactClientUse, "client.pem", "not allowed"},
		{"2.5", recipe.FactDays, "server.pem", "3650 days"},
		{"2.5", recipe.FactDays, "ca.pem", "36500 days"},
		{"2.5", recipe.FactName, "client.pem", "localhost"},
		{"2.5-renewed", recipe.FactNew, "server.pem", "new"},
		{"2.5-renewed", recipe.FactIssued, "client.pem", pki.KeptCA},
		{"2.5-renewed", recipe.FactNew, "ca.pem", "the old one"},
		{"legacy", recipe.FactFiles, "", nine},
		{"legacy", recipe.FactRuns, "", "status 0"},
		{"legacy", recipe.FactSAN, "server.pem", "none"},
		{"legacy", recipe.FactClientUse, "client.pem", "allowed"},
		{"legacy", recipe.FactDays, "ca.pem", "3650 days"},
		{"legacy-san", recipe.FactSAN, "client.pem", "localhost"},
		{"manual", recipe.FactName, "server.pem", "none"},
		{"manual", recipe.FactNoSerial, "", "ca.key, ca.pem, server.csr, server.key, server.pem"},
	}
	for _, tt := range tests {
		f := findRecipe(t.Context(), b, recipe.Check{Recipe: tt.recipe, Fact: tt.fact, File: tt.file, Wanted: tt.want})
		if f.Failed != "" || f.Found != tt.want || !strings.HasPrefix(f.OpenSSL, "OpenSSL ") && !strings.HasPrefix(f.OpenSSL, "LibreSSL ") {
			t.Errorf("%s, %s %s: %+v, want %s", tt.recipe, tt.fact, tt.file, f, tt.want)
		}
	}
}

func TestOpenSSL30RefusesThe25ScriptAsPrinted(t *testing.T) {
	b := recipeRunner(t)
	if !slices.Contains(pki.Features(t.Context()), harness.OpenSSL30) {
		t.Skip("the openssl here is of another line than 3.0")
	}
	f := findRecipe(t.Context(), b, recipe.Check{Recipe: "2.5", Fact: recipe.FactRuns, Wanted: "status 0"})
	if f.Found != "status 1" || !strings.Contains(f.Detail, "rsa:2048") || f.Failed != "" || f.Repaired != "" {
		t.Errorf("found %+v", f)
	}
	if f = findRecipe(t.Context(), b, recipe.Check{Recipe: "2.5", Fact: recipe.FactSerial}); f.Repaired == "" {
		t.Error("the files are a repaired recipe's, and the fact does not say so")
	}
}
