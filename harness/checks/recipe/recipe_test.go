package recipe_test

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/recipe"
	"milvus-tls-e2e/harness/features"
	"milvus-tls-e2e/harness/plan"
)

func TestJudgeOfWhatARecipeLeft(t *testing.T) {
	right := recipe.Facts{OpenSSL: "OpenSSL 9", Wanted: "ca.srl", Found: "ca.srl"}
	wrong, failed, repaired := right, right, right
	wrong.Found = "aca.srl"
	failed.Failed = "openssl did not start"
	repaired.Repaired = "another algorithm"
	tests := []struct {
		name string
		want harness.Outcome
		f    recipe.Facts
		is   harness.Verdict
		says string
	}{
		{"as the page says", recipe.AsDocumented, right, harness.Confirmed, "OpenSSL 9"},
		{"otherwise", recipe.AsDocumented, wrong, harness.Refuted, "the page says ca.srl, found aca.srl"},
		{"failed", recipe.AsDocumented, failed, harness.Inconclusive, "openssl did not start"},
		{"repaired", recipe.AsDocumented, repaired, harness.Confirmed, "repaired: another algorithm"},
		{"another outcome wanted", harness.Served, right, harness.Inconclusive, "served"},
	}
	for _, tt := range tests {
		j := checks.Judge(recipe.Check{}, tt.want, checks.Evidence{Saw: &tt.f})
		if j.Verdict != tt.is || !strings.Contains(j.Reason, tt.says) {
			t.Errorf("%s: %v: %s", tt.name, j.Verdict, j.Reason)
		}
	}
}

// A recipe check connects to nothing, so it belongs to no client that a run
// could leave out.
func TestAnRecipeCheckIsPlannedWithoutClients(t *testing.T) {
	made := harness.Topology{Name: "mode-1-recipe-x", Mode: 1, Recipe: "x"}
	claim := harness.Claim{ID: "a", Needs: []harness.Feature{harness.RecipeMade}, Cases: []harness.Case{
		{Name: "files", Want: recipe.AsDocumented, Check: recipe.Check{Recipe: "x", Fact: recipe.FactFiles, Wanted: "y"}},
	}}
	plan, err := plan.New(plan.Inputs{
		Servers: []harness.Server{{Version: "2.3.5", Claims: []string{"a"}}}, Topologies: []string{made.Name, "mode-2"}, Clients: []harness.Client{harness.Raw},
	}, []harness.Claim{claim}, []harness.Topology{made, {Name: "mode-2", Mode: 2}})
	if err != nil {
		t.Fatal(err)
	}
	if p := plan.Cases[0]; p.Reason != "" || p.Client != "" || p.Port != "" || p.Identity != "" {
		t.Errorf("planned %+v", p)
	}
	if p := plan.Cases[1]; p.Reason != features.Lacks(harness.RecipeMade) {
		t.Errorf("asked in mode-2 as well: %+v", p)
	}
}

// Claims about modes are made for the run's own certificates.
func TestATopologyOfARecipeOffersNothingElse(t *testing.T) {
	for _, f := range features.Offered(harness.Topology{Mode: 2, Recipe: "2.5"}) {
		if !strings.HasPrefix(string(f), "recipe") && f != harness.RESTAlone && f != harness.EveryClient {
			t.Errorf("it offers %s", f)
		}
	}
}

// What is refused for the recipe's sake stands against something that is not.
func TestControlOfARecipesCertificates(t *testing.T) {
	server := harness.Topology{Mode: 2, Recipe: "2.5"}
	script := harness.Attempt{Client: harness.Curl, Port: harness.HTTP, Identity: harness.Good}.In(server)
	if got, _ := script.Control(server); got.Identity != harness.BothUsages || got.Client != harness.Curl {
		t.Errorf("the script's client certificate is held against %s", got)
	}
	nameless := harness.Topology{Mode: 1, Recipe: "legacy"}
	for _, via := range []harness.Client{harness.Raw, harness.Go} {
		got, needed := harness.Attempt{Client: via, Port: harness.GRPC}.In(nameless).Control(nameless)
		if !needed || got.Client != harness.Raw || got.TrustStore != harness.TrustAnything {
			t.Errorf("%s, which may not accept the server's certificate, is held against %s", via, got)
		}
	}
}
