//go:build !e2e

// Package suites proves here that the harness notices lies: each claim is
// judged on servers that break it, met over TCP through plan, probe and judge
// like any server.
package suites

import (
	"context"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/dataset"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/probe"
	"milvus-tls-e2e/harness/schedule"
	"milvus-tls-e2e/suites/claims"
	"milvus-tls-e2e/suites/topologies"
)

// case of every lie would take most of the time and prove nothing more.
var inGo = []harness.Client{harness.Raw, harness.Go, harness.REST}

func (m mutant) clients() []harness.Client {
	if slices.ContainsFunc(m.refutes, func(id string) bool { return strings.HasPrefix(id, "curl-") }) {
		return append(slices.Clone(inGo), harness.Curl)
	}
	return inGo
}

func in(topologies ...string) []string { return topologies }
func of(claims ...string) []string     { return claims }

var testBounds = schedule.Bounds{
	Ready: 3 * time.Second, Attempt: 5 * time.Second, Data: 10 * time.Second, Log: time.Second, Strife: time.Second / 2,
	Write: 10 * time.Second, Drop: 5 * time.Second, Load: 5 * time.Second, Resume: 2 * time.Second,
}

// ampleAttempt bounds attempts of clients in processes of their own, on a
// machine with other things to do.
const ampleAttempt = 15 * time.Second

// judged judges every claim on a stand-in in some topologies.
func judged(t *testing.T, wallet *pki.Wallet, clients []harness.Client, names []string, lies ...standin.Lie) []harness.Result {
	t.Helper()
	return trial{wallet: wallet, clients: clients, topologies: names, lies: lies}.judged(t)
}

// A trial is what a stand-in is judged with.
type trial struct {
	wallet     *pki.Wallet
	clients    []harness.Client
	topologies []string
	lies       []standin.Lie
	recipes    []pki.Recipe     // nil for ideal ones
	servers    []harness.Server // nil for servers()
	foreign    *probe.Workers   // clients in other languages; nil for honest ones
	upgrade    *harness.Upgrade // from the first server to the second; nil for none
}

func (x trial) judged(t *testing.T) []harness.Result {
	t.Helper()
	if x.recipes == nil {
		x.recipes = ideal()
	}
	if x.servers == nil {
		x.servers = servers()
	}
	if x.foreign == nil {
		x.foreign = workers("")
	}
	t.Cleanup(x.foreign.Close)
	provider := standin.New(x.wallet, x.lies...)
	t.Cleanup(func() {
		if err := provider.Close(); err != nil {
			t.Error(err)
		}
	})
	plan, err := harness.NewPlan(harness.Inputs{
		Servers: x.servers, Topologies: x.topologies, Clients: x.clients, Machine: machineHere(t), Upgrade: x.upgrade,
	}, claims.All(), topologies.All())
	if err != nil {
		t.Fatal(err)
	}
	bounds := testBounds
	if slices.Contains(x.clients, harness.Pymilvus) {
		bounds.Attempt = ampleAttempt
	}
	s, err := schedule.New(schedule.Config{
		Plan: plan, Claims: claims.All(), Topologies: topologies.All(), Wallet: x.wallet, Recipes: x.recipes, Dir: t.TempDir(),
		Providers: map[string]deploy.Provider{provider.Name(): provider}, Cells: 4, Boots: 8, Bounds: bounds,
		Manifest: fixtures.Manifest, Probes: x.foreign.Probes(), Data: dataset.Small,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Run(t.Context())
	return s.Results()
}

func machineHere(t *testing.T) []harness.Feature {
	t.Helper()
	// A stand-in has what Compose would mount for it.
	machine := append(pki.Features(t.Context()), harness.PrivateTrust, harness.HasCompose, harness.HasPymilvus, harness.HasNode, harness.HasJava)
	if _, err := exec.LookPath("curl"); err == nil {
		machine = append(machine, harness.HasCurl)
	}
	return machine
}

// servers are two releases: one with REST v1 that every claim is made for, and
// one that has REST v2 too, for the claim that needs it.
func servers() []harness.Server {
	all := []string{}
	for _, c := range claims.All() {
		if denied[c.ID] == "" {
			all = append(all, c.ID)
		}
	}
	features := []harness.Feature{harness.RESTv1, harness.ManagementV1, harness.LogsGRPC, harness.LogsREST}
	return []harness.Server{
		{Version: "2.3.0", Line: "2.3", Provider: "standin", Storage: "object", Features: features, Claims: all},
		{Version: "2.5.0", Line: "2.5", Provider: "standin", Storage: "object", Features: append(slices.Clone(features), harness.RESTv2), Claims: []string{"curl-answer"}},
	}
}

func newWallet(t *testing.T) *pki.Wallet {
	t.Helper()
	wallet, err := pki.NewWallet()
	if err != nil {
		t.Fatal(err)
	}
	return wallet
}

// by gives the claims that have a result with one of the verdicts, sorted, and
// one reason for each.
func by(results []harness.Result, verdicts ...harness.Verdict) map[string]string {
	found := map[string]string{}
	for _, r := range results {
		if slices.Contains(verdicts, r.Verdict) {
			found[r.Claim] = fmt.Sprintf("%s %s: %s", r.Topology, r.Case, r.Reason)
		}
	}
	return found
}

func TestMain(m *testing.M) {
	if lie, is := lieOf(os.Getenv(workerLie)); is {
		os.Exit(fakeWorker(lie))
	}
	log.SetOutput(io.Discard) // net/http's remarks about lying servers
	os.Exit(m.Run())
}

func TestHonestServerConfirmsEveryClaim(t *testing.T) {
	wallet := newWallet(t)
	results := append(judged(t, wallet, harness.Clients, topologies.Names()),
		upgraded(t, wallet, false, in("mode-0", "mode-1", "mode-2", "mode-2-auth", "mode-1-rest-off"))...)
	results = append(results, honestInternal(t, wallet)...)
	confirmed := by(results, harness.Confirmed)
	for _, c := range claims.All() {
		if confirmed[c.ID] == "" && !needsWhatIsNotHere(c) && denied[c.ID] == "" && !slices.Contains(c.Needs, harness.StandingHere) {
			t.Errorf("%s: no case was confirmed", c.ID)
		}
	}
	for claim, why := range by(results, harness.Refuted, harness.Inconclusive, harness.Unjudged) {
		t.Errorf("%s: %s", claim, why)
	}
}

// needsWhatIsNotHere tells whether a claim can be judged with curl or OpenSSL
// alone, on a machine that has none.
func needsWhatIsNotHere(c harness.Claim) bool {
	for name, feature := range map[string]harness.Feature{"curl": harness.HasCurl, "openssl": harness.HasOpenSSL} {
		if _, err := exec.LookPath(name); err != nil && slices.Contains(c.Needs, feature) {
			return true
		}
	}
	return false
}

func TestEveryLieRefutesExactlyWhatItBreaks(t *testing.T) {
	wallet := newWallet(t)
	for _, m := range mutants {
		t.Run(string(m.lie)+" in "+strings.Join(m.told, " "), func(t *testing.T) {
			t.Parallel()
			refutes(t, m.judged(t, wallet), m.refutes)
		})
	}
}

// refutes wants exactly some claims to be refuted.
func refutes(t *testing.T, results []harness.Result, want []string) {
	t.Helper()
	refuted := by(results, harness.Refuted)
	for _, claim := range want {
		if refuted[claim] == "" {
			t.Errorf("%s was not refuted", claim)
		}
	}
	for _, claim := range slices.Sorted(maps.Keys(refuted)) {
		if !slices.Contains(want, claim) {
			t.Errorf("%s was refuted too: %s", claim, refuted[claim])
		}
	}
}

func TestEveryClaimHasAMutant(t *testing.T) {
	broken := map[string]bool{}
	for _, m := range slices.Concat(mutants, internalMutants) {
		for _, claim := range m.refutes {
			broken[claim] = true
		}
	}
	for _, m := range standingMutants {
		for _, claim := range m.refutes {
			broken[claim] = true
		}
	}
	for _, s := range spoiledRecipes {
		for _, claim := range s.refutes {
			broken[claim] = true
		}
	}
	for _, m := range clientMutants {
		for _, claim := range m.refutes {
			broken[claim] = true
		}
	}
	for _, c := range claims.All() {
		if !broken[c.ID] && denied[c.ID] == "" {
			t.Errorf("no lie breaks %s", c.ID)
		}
	}
}

// The harness's own failings: servers from which nothing can be concluded.

func TestRefusalByEverybodyProvesNothing(t *testing.T) {
	nothingConfirmed(t, standin.RefusesEverybody)
}

func TestSilenceProvesNothing(t *testing.T) {
	nothingConfirmed(t, standin.NeverAnswers)
}

// starts are what can be concluded without a client being served or refused.
var starts = []string{harness.NotStarted.String(), harness.StartedPlain.String()}

func nothingConfirmed(t *testing.T, lie standin.Lie) {
	t.Helper()
	results := judged(t, newWallet(t), inGo, in("mode-2"), lie)
	for _, r := range results {
		if r.Verdict == harness.Confirmed && !slices.Contains(starts, r.Want) {
			t.Errorf("%s %s was confirmed: %s", r.Claim, r.Case, r.Reason)
		}
	}
	if len(by(results, harness.Inconclusive)) == 0 {
		t.Error("nothing was found inconclusive")
	}
}

func TestServingSomeBadClientsIsNoticed(t *testing.T) {
	refuted := by(judged(t, newWallet(t), inGo, in("mode-2"), standin.ServesEveryFifthBadClient), harness.Refuted)
	if refuted["bad-client-cert-refused"] == "" {
		t.Error("one bad client in five was served, and nobody noticed")
	}
}

func TestClosingWithoutAlertProvesNoRefusal(t *testing.T) {
	results := judged(t, newWallet(t), inGo, in("mode-2"), standin.ClosesWithoutAlert)
	inconclusive := by(results, harness.Inconclusive)
	for _, claim := range of("bad-client-cert-refused", "mode-2-both") {
		if inconclusive[claim] == "" {
			t.Errorf("%s was not found inconclusive", claim)
		}
	}
	for _, r := range results {
		if r.Client == harness.Raw && r.Verdict == harness.Confirmed && strings.HasPrefix(r.Want, "refused-") &&
			r.Want != harness.RefusedPlaintext.String() && r.Want != harness.RefusedByClient.String() {
			t.Errorf("%s %s was confirmed without an alert: %s", r.Claim, r.Case, r.Reason)
		}
	}
}

func TestInterruptedRunLeavesCasesUnjudged(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wallet := newWallet(t)
	provider := standin.New(wallet)
	defer provider.Close()
	plan, err := harness.NewPlan(harness.Inputs{Servers: servers()[:1], Topologies: in("mode-1"), Clients: harness.Clients}, claims.All(), topologies.All())
	if err != nil {
		t.Fatal(err)
	}
	s, err := schedule.New(schedule.Config{
		Plan: plan, Claims: claims.All(), Topologies: topologies.All(), Wallet: wallet, Dir: t.TempDir(),
		Providers: map[string]deploy.Provider{provider.Name(): provider}, Bounds: testBounds,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Run(ctx)
	for _, r := range s.Results() {
		if r.Verdict != harness.Unjudged && r.Verdict != harness.NotApplicable {
			t.Fatalf("%s %s is %v after an interruption", r.Claim, r.Case, r.Verdict)
		}
	}
}
