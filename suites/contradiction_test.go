//go:build !e2e

package suites

import (
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// denied are claims that contradict another page's: a server that does what the
// one says cannot do what the other says. They are judged by themselves.
var denied = map[string]string{"operator-not-supported": "operator-external"}

// Of two pages that contradict each other one is refuted by an honest server,
// and the other by one that does as the first says.
func TestPagesThatContradictEachOther(t *testing.T) {
	t.Parallel()
	certs := pkitest.CertSet(t)
	for claim, opposite := range denied {
		both := []harness.Server{{Version: "2.3.0", Line: "2.3", Provider: "standin", Claims: of(claim, opposite)}}
		honest := trial{servers: both, certs: certs, clients: inGo, topologies: in("mode-1")}.judged(t)
		if by(honest, harness.Refuted)[claim] == "" || by(honest, harness.Confirmed)[opposite] == "" {
			t.Errorf("an honest server does not tell %s from %s", claim, opposite)
		}
		faulty := trial{
			servers: both, certs: certs, clients: inGo, topologies: in("mode-1"),
			faults: []standin.Fault{standin.IgnoresGivenConfiguration, standin.IgnoresUserYAML},
		}.judged(t)
		if by(faulty, harness.Confirmed)[claim] == "" || by(faulty, harness.Refuted)[opposite] == "" {
			t.Errorf("a server without what is given does not tell %s from %s", claim, opposite)
		}
	}
}
