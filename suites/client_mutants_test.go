//go:build !e2e

package suites

import (
	"slices"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// A clientMutant is a fault that a client in another language tells beside an
// honest server, where it is told, and exactly the claims that it breaks.
type clientMutant struct {
	fault   clientFault
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

func TestEveryFaultOfAClientRefutesExactlyWhatItBreaks(t *testing.T) {
	t.Parallel()
	certs := pkitest.CertSet(t)
	for _, m := range clientMutants {
		t.Run(string(m.fault), func(t *testing.T) {
			t.Parallel()
			refutes(t, m.trial(certs, full).judged(t), m.refutes)
		})
	}
}

func (m clientMutant) trial(certs *pki.CertSet, full bool) trial {
	return trial{
		certs: certs, foreign: workers(m.fault), clients: append(slices.Clone(inGo), harness.Pymilvus), topologies: m.told,
		about: lane(full, m.refutes),
	}
}

// A client that was served by nobody is not taken for served.
func TestServedWithoutAConnectionProvesNothing(t *testing.T) {
	t.Parallel()
	for _, r := range (trial{
		certs: pkitest.CertSet(t), foreign: workers(makesItUp), clients: []harness.Client{harness.Raw, harness.Node}, topologies: in("mode-1"),
	}).judged(t) {
		if r.Client == harness.Node && r.Verdict != harness.Inconclusive && r.Verdict != harness.NotApplicable {
			t.Errorf("%s %s is %v: %s", r.Claim, r.Case, r.Verdict, r.Reason)
		}
	}
}
