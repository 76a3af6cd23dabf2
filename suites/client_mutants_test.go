//go:build !e2e

package suites

import (
	"slices"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// A clientMutant is a lie that a client in another language tells beside an
// honest server, where it is told, and exactly the claims that it breaks.
type clientMutant struct {
	lie     clientLie
	told    []string // topologies
	refutes []string // claims
}

var clientMutants = []clientMutant{
	{sendsNoCertificate, in("mode-2"), of("clients-agree", "good-client-cert-served", "mode-2-both", "mode-2-files", "py-connections",
		"py-two-way", "rotation-after-restart", "sdk-data-path")},
	{verifiesNothing, in("mode-1"), of("clients-agree", "wrong-name-refused")},
	{plainWithoutFiles, in("mode-1"), of("clients-agree", "mode-1-server-only", "py-one-way", "rotation-after-restart", "sdk-data-path")},
	{sharesConnections, in("mode-2"), of("clients-agree")},
}

func TestEveryLieOfAClientRefutesExactlyWhatItBreaks(t *testing.T) {
	wallet := pkitest.Wallet(t)
	for _, m := range clientMutants {
		t.Run(string(m.lie), func(t *testing.T) {
			t.Parallel()
			clients := append(slices.Clone(inGo), harness.Pymilvus)
			refutes(t, trial{wallet: wallet, foreign: workers(m.lie), clients: clients, topologies: m.told}.judged(t), m.refutes)
		})
	}
}

// A client that was served by nobody is not taken for served.
func TestServedWithoutAConnectionProvesNothing(t *testing.T) {
	for _, r := range (trial{
		wallet: pkitest.Wallet(t), foreign: workers(makesItUp), clients: []harness.Client{harness.Raw, harness.Node}, topologies: in("mode-1"),
	}).judged(t) {
		if r.Client == harness.Node && r.Verdict != harness.Inconclusive && r.Verdict != harness.NotApplicable {
			t.Errorf("%s %s is %v: %s", r.Claim, r.Case, r.Verdict, r.Reason)
		}
	}
}
