//go:build !e2e

// A key exchange after quantum computers takes half of what a handshake takes here,
// and no claim is about it.
//go:debug tlsmlkem=0

// Package suites proves here that the harness notices faults: each claim is
// judged on servers that break it, met over TCP through plan, probe and judge
// like any server.
package suites

import (
	"context"
	"io"
	"log"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/results"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/harness/run"
	"milvus-tls-e2e/suites/claims"
	"milvus-tls-e2e/suites/topologies"
)

// inGo are the clients that run inside this process. Starting curl for every
// case of every fault would take most of the time and prove nothing more.
var inGo = []harness.Client{harness.Raw, harness.Go, harness.REST}

func (m mutant) clients() []harness.Client {
	if slices.ContainsFunc(m.refutes, func(id string) bool { return strings.HasPrefix(id, "curl-") }) {
		return append(slices.Clone(inGo), harness.Curl)
	}
	return inGo
}

func in(topologies ...string) []string { return topologies }
func of(claims ...string) []string     { return claims }

// testBounds are for servers that do at once whatever they do, on a machine with
// other things to do.
var testBounds = run.Bounds{
	Ready: 20 * time.Second, Attempt: 15 * time.Second, Data: 15 * time.Second, Log: 15 * time.Second, Stuck: 3 * time.Second, InternalTrouble: time.Second / 2, Resilience: 10 * time.Second, Alive: 10 * time.Second,
	Write: 30 * time.Second, Drop: 30 * time.Second, Load: 30 * time.Second, Resume: 10 * time.Second,
}

// hurried are the bounds for servers that leave a client waiting for ever.
func hurried(b run.Bounds) run.Bounds {
	b.Ready, b.Attempt, b.Data, b.Resilience = 3*time.Second, 5*time.Second, 10*time.Second, 5*time.Second/2
	b.Resume = 3 * time.Second
	return b
}

// leavesWaiting are the faults that show once a bound is over.
var leavesWaiting = []standin.Fault{
	standin.HangsTLSClientsInMode0, standin.InternalHangsWithoutName, standin.InternalSilent,
	standin.NeverAnswers, standin.RefusesEverybody, standin.NeverComesBack, standin.ReplacedProxyDropsClients, standin.QueryNodeNeverRegisters,
}

// judged judges every claim on a stand-in in some topologies.
func judged(t *testing.T, certs *pki.CertSet, clients []harness.Client, names []string, faults ...standin.Fault) []results.Result {
	t.Helper()
	return trial{certs: certs, clients: clients, topologies: names, faults: faults}.judged(t)
}

func TestMain(m *testing.M) {
	if fault, is := faultOf(os.Getenv(workerFault)); is {
		os.Exit(fakeWorker(fault))
	}
	log.SetOutput(io.Discard)                  // net/http's remarks about faulty servers
	if dir := os.Getenv("TRIALS"); dir != "" { // scripts/test.sh says why
		if err := os.Setenv("TMPDIR", dir); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func TestHonestServerConfirmsEveryClaim(t *testing.T) {
	t.Parallel()
	certs := pkitest.CertSet(t)
	results := besideEachOther(t, map[string]trial{
		"servers":    {certs: certs, clients: harness.Clients, topologies: topologies.Names()},
		"components": honestInternal(certs),
		"upgrade":    trialOf(certs, "", in("mode-0", "mode-1", "mode-2", "mode-2-auth", "mode-1-rest-off")),
		"skipping":   trialOf(certs, skipping, in("mode-2")),
		"returning":  trialOf(certs, returning, in("mode-2")),
		"rolling":    trialOf(certs, rolledOver, in("cluster-mode-1", "cluster-mode-2", "cluster-internal-mode-2")),
	})
	confirmed := by(results, harness.Confirmed)
	for _, c := range claims.All() {
		if confirmed[c.ID] == "" && !needsWhatIsNotHere(c) && denied[c.ID] == "" && !slices.Contains(c.Needs, harness.AttachedHere) {
			t.Errorf("%s: no case was confirmed", c.ID)
		}
	}
	for claim, why := range by(results, harness.Refuted, harness.Inconclusive, harness.Unjudged) {
		t.Errorf("%s: %s", claim, why)
	}
}

// besideEachOther returns the results of several trials: each waits for most of its time.
func besideEachOther(t *testing.T, trials map[string]trial) (all []results.Result) {
	t.Helper()
	var mu sync.Mutex
	t.Run("trials", func(t *testing.T) {
		for name, x := range trials {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				judged := x.judged(t)
				mu.Lock()
				defer mu.Unlock()
				all = append(all, judged...)
			})
		}
	})
	return all
}

// needsWhatIsNotHere reports whether a claim can be judged with curl or OpenSSL
// alone, on a machine that has none.
func needsWhatIsNotHere(c harness.Claim) bool {
	for name, feature := range map[string]harness.Feature{"curl": harness.Curl.Feature(), "openssl": harness.HasOpenSSL} {
		if _, err := exec.LookPath(name); err != nil && slices.Contains(c.Needs, feature) {
			return true
		}
	}
	return false
}

func TestEveryFaultRefutesExactlyWhatItBreaks(t *testing.T) {
	t.Parallel()
	certs := pkitest.CertSet(t)
	for _, m := range mutants {
		t.Run(string(m.fault)+" in "+strings.Join(m.told, " "), func(t *testing.T) {
			t.Parallel()
			refutes(t, m.trial(certs, full).judged(t), m.refutes)
		})
	}
}

// refutes wants exactly some claims to be refuted.
func refutes(t *testing.T, results []results.Result, want []string) {
	t.Helper()
	refuted := by(results, harness.Refuted)
	for _, r := range results {
		if (r.Finding != "") != (r.Verdict == harness.Refuted) || r.Finding == r.Statement && r.Finding != "" {
			t.Errorf("%s/%s is %v, and its finding is %q", r.Claim, r.Case, r.Verdict, r.Finding)
		}
	}
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
	for _, f := range everyFaulty(pkitest.CertSet(t)) {
		for _, claim := range f.refutes {
			broken[claim] = true
		}
	}
	for _, c := range claims.All() {
		if !broken[c.ID] && denied[c.ID] == "" {
			t.Errorf("no fault breaks %s", c.ID)
		}
	}
}

// The harness's own failings: servers from which nothing can be concluded.

func TestRefusalByEverybodyProvesNothing(t *testing.T) {
	t.Parallel()
	nothingConfirmed(t, standin.RefusesEverybody)
}

func TestSilenceProvesNothing(t *testing.T) {
	t.Parallel()
	nothingConfirmed(t, standin.NeverAnswers)
}

// onItsOwnServer judges what mode 2 is asked of a cell's own server, with a fault.
func onItsOwnServer(t *testing.T, fault standin.Fault) []results.Result {
	t.Helper()
	return trial{certs: pkitest.CertSet(t), clients: inGo, topologies: in("mode-2"), faults: []standin.Fault{fault}, about: ofItsOwnServer(full)}.judged(t)
}

// starts are what can be concluded without a client being served or refused.
var starts = []string{start.NotStarted.String(), start.StartedPlain.String()}

func nothingConfirmed(t *testing.T, fault standin.Fault) {
	t.Helper()
	results := onItsOwnServer(t, fault)
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
	t.Parallel()
	refuted := by(onItsOwnServer(t, standin.ServesEveryFifthBadClient), harness.Refuted)
	if refuted["bad-client-cert-refused"] == "" {
		t.Error("one bad client in five was served, and nobody noticed")
	}
}

func TestClosingWithoutAlertProvesNoRefusal(t *testing.T) {
	t.Parallel()
	results := onItsOwnServer(t, standin.ClosesWithoutAlert)
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
	certs := pkitest.CertSet(t)
	provider := standin.New(certs)
	defer provider.Close()
	plan, err := plan.New(plan.Inputs{Servers: servers()[:1], Topologies: in("mode-1"), Clients: harness.Clients}, claims.All(), topologies.All())
	if err != nil {
		t.Fatal(err)
	}
	s, err := run.New(run.Config{
		Plan: plan, Claims: claims.All(), Topologies: topologies.All(), CertSet: certs, Dir: t.TempDir(),
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
