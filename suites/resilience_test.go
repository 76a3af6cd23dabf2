//go:build !e2e

package suites

import (
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// A certificate that ends a server is the matter of its own case: the others
// meet a server that is there.
func TestAServerThatAnResilienceEndsIsReplaced(t *testing.T) {
	t.Parallel()
	unreadable := []string{"empty-entry", "random-bytes", "cut-short"}
	ended := 0
	for _, r := range judged(t, pkitest.CertSet(t), inGo, in("mode-2"), standin.EndsOverUnreadableCertificate) {
		if r.Claim != "hostile-cert-survived" && r.Claim != "idle-connections-survived" || r.Verdict == harness.NotApplicable {
			continue
		}
		want := harness.Confirmed
		if slices.Contains(unreadable, r.Identity) {
			want, ended = harness.Refuted, ended+1
		}
		if r.Verdict != want || want == harness.Refuted && !strings.Contains(r.Reason, "shown once, and the server ended with status 139 (panic: tls: failed to parse") {
			t.Errorf("%s: %v, want %v: %s", r.Case, r.Verdict, want, r.Reason)
		}
	}
	if ended != 2*len(unreadable) {
		t.Errorf("%d cases ended the server", ended)
	}
}
