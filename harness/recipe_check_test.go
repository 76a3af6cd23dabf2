package harness

import (
	"strings"
	"testing"
)

func TestJudgeOfWhatARecipeLeft(t *testing.T) {
	right := RecipeFacts{OpenSSL: "OpenSSL 9", Wanted: "ca.srl", Found: "ca.srl"}
	wrong, failed, repaired := right, right, right
	wrong.Found = "aca.srl"
	failed.Failed = "openssl did not start"
	repaired.Repaired = "another algorithm"
	tests := []struct {
		name string
		want Outcome
		f    RecipeFacts
		is   Verdict
		says string
	}{
		{"as the page says", AsDocumented, right, Confirmed, "OpenSSL 9"},
		{"otherwise", AsDocumented, wrong, Refuted, "the page says ca.srl, found aca.srl"},
		{"failed", AsDocumented, failed, Inconclusive, "openssl did not start"},
		{"repaired", AsDocumented, repaired, Confirmed, "repaired: another algorithm"},
		{"another outcome wanted", Served, right, Inconclusive, "served"},
	}
	for _, tt := range tests {
		j := Judge(RecipeCheck{}, tt.want, Evidence{Saw: &tt.f})
		if j.Verdict != tt.is || !strings.Contains(j.Reason, tt.says) {
			t.Errorf("%s: %v: %s", tt.name, j.Verdict, j.Reason)
		}
	}
}

// A recipe check connects to nothing, so it belongs to no client that a run
// could leave out.
func TestAnRecipeCheckIsPlannedWithoutClients(t *testing.T) {
	made := Topology{Name: "mode-1-recipe-x", Mode: 1, Recipe: "x"}
	claim := Claim{ID: "a", Needs: []Feature{RecipeMade}, Cases: []Case{
		{Name: "files", Want: AsDocumented, Check: RecipeCheck{Recipe: "x", Fact: FactFiles, Wanted: "y"}},
	}}
	plan, err := NewPlan(Inputs{
		Servers: []Server{{Version: "2.3.5", Claims: []string{"a"}}}, Topologies: []string{made.Name, "mode-2"}, Clients: []Client{Raw},
	}, []Claim{claim}, []Topology{made, mutualTopology})
	if err != nil {
		t.Fatal(err)
	}
	if p := plan.Cases[0]; p.Reason != "" || p.Client != "" || p.Port != "" || p.Identity != "" {
		t.Errorf("planned %+v", p)
	}
	if p := plan.Cases[1]; p.Reason != RecipeMade.Lacks() {
		t.Errorf("asked in mode-2 as well: %+v", p)
	}
}

// Claims about modes are made for the run's own certificates.
func TestATopologyOfARecipeOffersNothingElse(t *testing.T) {
	for _, f := range (Topology{Mode: 2, Recipe: "2.5"}).Features() {
		if !strings.HasPrefix(string(f), "recipe") && f != RESTAlone && f != EveryClient {
			t.Errorf("it offers %s", f)
		}
	}
}

// What is refused for the recipe's sake stands against something that is not.
func TestControlOfARecipesCertificates(t *testing.T) {
	server := Topology{Mode: 2, Recipe: "2.5"}
	script := Attempt{Client: Curl, Port: HTTP, Identity: Good}.resolve(server)
	if got, _ := script.Control(server); got.Identity != BothUsages || got.Client != Curl {
		t.Errorf("the script's client certificate is held against %s", got)
	}
	nameless := Topology{Mode: 1, Recipe: "legacy"}
	for _, via := range []Client{Raw, Go} {
		got, needed := Attempt{Client: via, Port: GRPC}.resolve(nameless).Control(nameless)
		if !needed || got.Client != Raw || got.TrustStore != TrustAnything {
			t.Errorf("%s, which may not accept the server's certificate, is held against %s", via, got)
		}
	}
}
