//go:build !e2e

package suites

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// What is refused each time comes to one verdict, however often it is judged; a server
// that serves one bad client in five comes to two, which prove nothing.
func TestACaseWithTwoVerdictsIsLeftOpen(t *testing.T) {
	t.Parallel()
	certs := pkitest.CertSet(t)
	const times = 11
	x := trial{certs: certs, clients: []harness.Client{harness.Raw}, topologies: in("mode-2"), about: of("bad-client-cert-refused", "good-client-cert-served"), soak: times}
	for _, r := range x.judged(t) {
		want := times
		if r.Claim != "bad-client-cert-refused" {
			want = 0
		}
		if n := r.Repeated[harness.Confirmed.String()]; r.Verdict == harness.Confirmed && n != want {
			t.Errorf("%s %s was confirmed %d times, want %d", r.Claim, r.Case, n, want)
		}
	}
	x.faults = []standin.Fault{standin.ServesEveryFifthBadClient}
	unstable := 0
	for _, r := range x.judged(t) {
		if len(r.Repeated) < 2 {
			continue
		}
		if unstable++; r.Verdict != harness.Inconclusive || r.Cause != harness.CauseUnstable || !strings.Contains(r.Reason, "of 11 times") {
			t.Errorf("%s %s is %s (%s): %s", r.Claim, r.Case, r.Verdict, r.Cause, r.Reason)
		}
	}
	if unstable == 0 {
		t.Error("one bad client in five was served, and no case came to two verdicts")
	}
}
