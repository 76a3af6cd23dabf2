//go:build !e2e

package suites

import (
	"os"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/harness/results"
	"milvus-tls-e2e/suites/claims"
)

// full asks for every claim on every fault: `make test FULL=1`, which CI runs each night.
var full = os.Getenv("FULL") != ""

// witnesses are judged on every fault, beside the claims that it must break: a fault
// that breaks more than it should is likely to break one of them, and they take a few
// handshakes.
var witnesses = of("mode-0-plain", "mode-1-server-only", "mode-2-both", "plain-client-refused", "served-cert-is-configured", "wrong-name-refused")

// lane returns the claims that are judged on a fault; nil for every one.
func lane(full bool, refutes []string) []string {
	if full {
		return nil
	}
	return append(slices.Clone(refutes), witnesses...)
}

// everyKind is the one test that judges anything with -short, as `make test-fast` has it,
// and under the race detector.
const everyKind = "TestTrialsOfEveryKind"

// leftToMakeTest skips what takes more than a few seconds, between two edits.
func leftToMakeTest(t *testing.T) {
	t.Helper()
	if testing.Short() && !strings.HasPrefix(t.Name(), everyKind+"/") {
		t.Skip("left to make test: it takes seconds")
	}
}

// asked returns the claims of those IDs, and every one for nil.
func asked(ids []string) []harness.Claim {
	all := claims.All()
	if ids == nil {
		return all
	}
	return slices.DeleteFunc(all, func(c harness.Claim) bool { return !slices.Contains(ids, c.ID) })
}

// A faultTrial is a trial of a fault, with the claims that it must break.
type faultTrial struct {
	name    string
	refutes []string
	trial   func(full bool) trial
}

// faultTrials are all of them, whoever has the fault.
func faultTrials(certs *pki.CertSet) (all []faultTrial) {
	for _, m := range mutants {
		all = append(all, faultTrial{string(m.fault) + " in " + strings.Join(m.told, " "), m.refutes, func(full bool) trial { return m.trial(certs, full) }})
	}
	for _, m := range internalMutants {
		all = append(all, faultTrial{string(m.fault) + " in " + strings.Join(m.told, " "), m.refutes, func(full bool) trial { return internalTrial(certs, m, full) }})
	}
	for _, m := range clientMutants {
		all = append(all, faultTrial{string(m.fault), m.refutes, func(full bool) trial { return m.trial(certs, full) }})
	}
	for _, s := range spoiledRecipes {
		all = append(all, faultTrial{s.id + " with " + s.name, s.refutes, func(full bool) trial { return s.trial(certs, full) }})
	}
	return all
}

// A faulty is anything with a fault: how it is judged, and the claims that it must break.
type faulty struct {
	name    string
	refutes []string
	judged  func(t *testing.T) []results.Result
}

// everyFaulty returns the trials of faults, and the deployments with something wrong.
func everyFaulty(certs *pki.CertSet) (all []faulty) {
	for _, l := range faultTrials(certs) {
		all = append(all, faulty{l.name, l.refutes, l.trial(full).judged})
	}
	for _, m := range attachedMutants {
		all = append(all, faulty{"a deployment: " + m.name, m.refutes, func(t *testing.T) []results.Result { return m.checked(t).Results }})
	}
	for _, a := range accesses {
		all = append(all, faulty{"a deployment: " + a.name, of(a.finding), func(t *testing.T) []results.Result { return a.checked(t).Results }})
	}
	return all
}

// judgedCases counts the cases of a trial that are judged, by claim.
func judgedCases(t *testing.T, x trial) map[string]int {
	t.Helper()
	cases := map[string]int{}
	for _, c := range x.plan(t).Cases {
		if c.Reason == "" {
			cases[c.Claim]++
		}
	}
	return cases
}

// TestEveryFaultIsMetWithoutFull wants every fault to be judged without FULL=1 by each
// case of a claim that it must break, and says (go test -v) what is left to FULL=1.
func TestEveryFaultIsMetWithoutFull(t *testing.T) {
	t.Parallel()
	for _, l := range faultTrials(pkitest.CertSet(t)) {
		few, every, left, cases := judgedCases(t, l.trial(false)), judgedCases(t, l.trial(true)), []string{}, 0
		for _, c := range claims.All() {
			switch {
			case slices.Contains(l.refutes, c.ID):
				if few[c.ID] != every[c.ID] || few[c.ID] == 0 && !needsWhatIsNotHere(c) {
					t.Errorf("%s: %d of %d cases of %s are judged without FULL=1", l.name, few[c.ID], every[c.ID], c.ID)
				}
			case few[c.ID] == 0 && every[c.ID] > 0:
				left, cases = append(left, c.ID), cases+every[c.ID]
			}
		}
		t.Logf("%s: left to FULL=1: %d cases of %s", l.name, cases, strings.Join(left, " "))
	}
}
