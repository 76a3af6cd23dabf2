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

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/schedule"
	"milvus-tls-e2e/suites/claims"
	"milvus-tls-e2e/suites/topologies"
)

// A mutant is a lie, where it is told, and exactly the claims that it breaks.
type mutant struct {
	lie     standin.Lie
	told    []string // topologies
	refutes []string // claims
}

// Whatever makes a port of mode 1 unusable for the clients that the pages
// describe breaks these.
var (
	mode1AtREST = of("mode-key", "client-cert-ignored", "curl-answer", "curl-one-way", "mode-1-client-trust", "mode-1-server-only",
		"protocol-floor", "rest-own-port", "sdk-data-path", "served-cert-is-configured")
	mode2AtREST = of("mode-key", "curl-answer", "curl-two-way", "good-client-cert-served", "mode-2-both", "mode-2-files",
		"protocol-floor", "rest-own-port", "rest-port-rules", "sdk-data-path", "served-cert-is-configured")
	mode1AtGRPC = of("config-block-takes-effect", "mode-key", "client-cert-ignored", "mode-1-client-trust", "mode-1-files", "mode-1-server-only", "protocol-floor",
		"rest-own-port", "sdk-data-path", "served-cert-is-configured")
	// A server with a certificate of its own choice starts without the
	// configured files too.
	otherCertificate = of("config-block-takes-effect", "mode-key", "client-cert-ignored", "mode-1-client-trust", "mode-1-files", "mode-1-server-only", "protocol-floor",
		"rest-own-port", "sdk-data-path", "served-cert-is-configured")
)

var mutants = []mutant{
	{standin.TLSInMode0, in("mode-0"), of("client-cert-ignored", "mode-0-plain", "mode-key", "sdk-data-path", "tls-client-on-plain")},
	{standin.HangsTLSClientsInMode0, in("mode-0-rest-off"), of("tls-client-on-plain", "client-cert-ignored")},
	{standin.OtherKeyWorks, in("mode-0"), of("mode-key")},
	{standin.IgnoresTLSMode, in("mode-1"), slices.Concat(of("config-block-takes-effect", "plain-client-refused", "mode-1-files", "unknown-mode-refused"), mode1AtREST)},
	{standin.InsertLost, in("mode-0"), of("sdk-data-path")},
	{standin.NestedModeOnly, in("mode-1"), of("config-block-takes-effect")},

	{standin.Mode1AsksForClientCertificate, in("mode-1"), mode1AtREST},
	{standin.Mode1ChecksWhatIsShown, in("mode-1"), of("client-cert-ignored")},
	{standin.Mode1WantsCAFile, in("mode-1"), of("mode-1-files")},
	{standin.PlaintextBesideTLS, in("mode-1"), of("config-block-takes-effect", "mode-1-files", "plain-client-refused")},
	{standin.GRPCInPlaintext, in("mode-1"), append(of("plain-client-refused"), mode1AtGRPC...)},
	{standin.RESTInPlaintext, in("mode-1"), append(of("plain-client-refused"), mode1AtREST...)},
	{standin.RESTRefusesEverybody, in("mode-1"), append(of("rest-port-rules"), mode1AtREST...)},
	{standin.RESTRefusesEverybody, in("mode-2"), mode2AtREST},
	{standin.RESTSharesGRPCPort, in("mode-1"), of("rest-own-port")},
	{standin.RESTVanishes, in("mode-1-rest-unset", "mode-2-rest-equal"), of("rest-port-rules")},
	{standin.RESTv2PostOnly, in("mode-1"), of("curl-answer")},
	{standin.AnotherCertificate, in("mode-1"), otherCertificate},
	{standin.CertificateForAnyName, in("mode-1"), append(of("wrong-name-refused"), otherCertificate...)},
	{standin.AuthenticationOff, in("mode-1-auth"), of("auth-is-separate")},
	{standin.ManagementData, in("mode-1", "mode-2"), of("management-no-plain-data")},
	{standin.AllowsTLS10, in("mode-1", "mode-2"), of("protocol-floor")},

	{standin.AllowsTLS12InMode2, in("mode-2"), of("protocol-floor")},
	{standin.RequestsButDoesNotRequire, in("mode-2"), of("mode-2-both", "mode-2-files")},
	{standin.AcceptsAnyClientCertificate, in("mode-2"), of("bad-client-cert-refused")},
	{standin.IgnoresExpiry, in("mode-2"), of("bad-client-cert-refused")},
	{standin.IgnoresKeyUsage, in("mode-2"), of("bad-client-cert-refused")},
	{standin.TrustsCAByName, in("mode-2"), of("bad-client-cert-refused")},
	{standin.RefusesEd25519, in("mode-2"), of("good-client-cert-served")},
	{standin.RESTOpen, in("mode-2"), of("bad-client-cert-refused", "mode-2-both", "mode-2-files")},
	{standin.UsersInsteadOfCertificates, in("mode-2-auth"), of("auth-is-separate", "bad-client-cert-refused", "mode-2-both")},
	{standin.AbsolutePathsOnly, in("mode-2"), of("relative-paths")},
	{standin.StartsWithMissingFile, in("mode-2"), of("mode-2-files", "start-refuses-bad-files")},
	{standin.StartsWithMismatchedKey, in("mode-2"), of("start-refuses-bad-files")},
	{standin.DiesWithoutAReason, in("mode-2"), of("mode-2-files", "start-refuses-bad-files")},
	{standin.UnknownModeAs0, in("mode-3"), of("unknown-mode-refused")},

	{standin.InsertLost, in("etcd-tls", "store-tls"), of("backend-tls-works")},
	{standin.BackendsInPlaintext, in("etcd-tls", "store-tls"), of("backend-tls-only", "backend-bad-files-stop-start")},
	{standin.EtcdAsksNobody, in("mode-2-etcd-tls"), of("backend-tls-only")},
	{standin.IgnoresBackends, in("etcd-tls", "store-tls"), of("backend-bad-files-stop-start")},
}

// inGo are the clients that run inside this process. Starting curl for every
// case of every lie would take most of the time and prove nothing more.
var inGo = []harness.Client{harness.Raw, harness.Go, harness.REST}

func (m mutant) clients() []harness.Client {
	if slices.ContainsFunc(m.refutes, func(id string) bool { return strings.HasPrefix(id, "curl-") }) {
		return harness.Clients
	}
	return inGo
}

func in(topologies ...string) []string { return topologies }
func of(claims ...string) []string     { return claims }

var testBounds = schedule.Bounds{Ready: 3 * time.Second, Attempt: 2 * time.Second, Data: 10 * time.Second, Log: time.Second}

// judged judges every claim on a stand-in in some topologies.
func judged(t *testing.T, wallet *pki.Wallet, clients []harness.Client, names []string, lies ...standin.Lie) []harness.Result {
	t.Helper()
	return judgedWith(t, ideal(), wallet, clients, names, lies...)
}

// judgedWith judges with recipes of the caller's choice.
func judgedWith(t *testing.T, recipes []pki.Recipe, wallet *pki.Wallet, clients []harness.Client, names []string, lies ...standin.Lie) []harness.Result {
	t.Helper()
	provider := standin.New(wallet, lies...)
	t.Cleanup(func() {
		if err := provider.Close(); err != nil {
			t.Error(err)
		}
	})
	plan, err := harness.NewPlan(harness.Inputs{
		Servers: servers(), Topologies: names, Clients: clients, Machine: machineHere(t),
	}, claims.All(), topologies.All())
	if err != nil {
		t.Fatal(err)
	}
	s, err := schedule.New(schedule.Config{
		Plan: plan, Claims: claims.All(), Topologies: topologies.All(), Wallet: wallet, Recipes: recipes, Dir: t.TempDir(),
		Providers: map[string]deploy.Provider{provider.Name(): provider}, Cells: 4, Boots: 8, Bounds: testBounds,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Run(t.Context())
	return s.Results()
}

func machineHere(t *testing.T) []harness.Feature {
	t.Helper()
	machine := append(pki.Features(t.Context()), harness.PrivateTrust)
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
		all = append(all, c.ID)
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
	log.SetOutput(io.Discard) // net/http's remarks about lying servers
	os.Exit(m.Run())
}

func TestHonestServerConfirmsEveryClaim(t *testing.T) {
	results := judged(t, newWallet(t), harness.Clients, topologies.Names())
	confirmed := by(results, harness.Confirmed)
	for _, c := range claims.All() {
		if confirmed[c.ID] == "" && !needsWhatIsNotHere(c) && !slices.Contains(c.Needs, harness.StandingHere) {
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
			refuted := by(judged(t, wallet, m.clients(), m.told, m.lie), harness.Refuted)
			for _, claim := range m.refutes {
				if refuted[claim] == "" {
					t.Errorf("%s was not refuted", claim)
				}
			}
			for _, claim := range slices.Sorted(maps.Keys(refuted)) {
				if !slices.Contains(m.refutes, claim) {
					t.Errorf("%s was refuted too: %s", claim, refuted[claim])
				}
			}
		})
	}
}

func TestEveryClaimHasAMutant(t *testing.T) {
	broken := map[string]bool{}
	for _, m := range mutants {
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
	for _, c := range claims.All() {
		if !broken[c.ID] {
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
