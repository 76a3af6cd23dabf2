//go:build !e2e

package suites

import (
	"slices"
	"testing"

	"milvus-tls-e2e/harness/results"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// TestTrialsOfEveryKind judges an honest trial of each kind, each of them small. It is
// what `make test` runs of this package under the race detector, which takes three
// quarters of the processor time of what it watches: scripts/test.sh knows its name.
func TestTrialsOfEveryKind(t *testing.T) {
	t.Parallel()
	certs := pkitest.CertSet(t)
	kinds := map[string]func(*testing.T) []results.Result{
		"cells beside each other, every claim": trial{certs: certs, clients: inGo, topologies: in("mode-2", "mode-0-rest-off", "etcd-tls")}.judged,
		"clients in other processes": trial{
			certs: certs, clients: append(slices.Clone(inGo), harness.Pymilvus, harness.Node, harness.Java), topologies: in("mode-1"),
			about: of("mode-1-server-only", "clients-agree", "py-connections"),
		}.judged,
		"components":               trial{certs: certs, clients: inGo, topologies: in("internal", "internal-wrong-ca"), servers: internalServers()}.judged,
		"an upgrade":               trialOf(certs, "", in("mode-2-auth")).judged,
		"an upgrade and back":      trialOf(certs, returning, in("mode-0")).judged,
		"servers as real ones are": trial{certs: certs, clients: inGo, topologies: in("mode-1"), real: true, servers: []harness.Server{released(t, "2.6.20")}, about: witnesses}.judged,
		"a deployment that is there": func(t *testing.T) []results.Result {
			return attached{topology: "mode-2", writes: true}.checked(t).Results
		},
		"a server that ends": func(t *testing.T) []results.Result {
			results, _ := ending(t, trial{certs: certs, about: ofItsOwnServer(false)}, standin.Ends{Says: lost}, own(true))
			return results
		},
	}
	for name, judged := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			results := judged(t)
			if len(by(results, harness.Confirmed)) == 0 {
				t.Error("nothing was confirmed")
			}
			for claim, why := range by(results, harness.Refuted, harness.Inconclusive, harness.Unjudged) {
				t.Errorf("%s: %s", claim, why)
			}
		})
	}
}
