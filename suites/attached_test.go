//go:build !e2e

package suites

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/features"
	"milvus-tls-e2e/suites/claims"
)

func TestHonestAttachedDeploymentConfirmsWhatItIsAsked(t *testing.T) {
	t.Parallel()
	confirmed := map[string]string{}
	for _, topology := range in("mode-0", "mode-1", "mode-2", "mode-2-auth", "mode-2-rest-off") {
		s := attached{topology: topology, writes: true}
		if topology == "mode-0" {
			s.omit = of("trust", "client", "client_ca", "shipped_ca", "server_certificate")
		}
		r := s.checked(t)
		maps.Copy(confirmed, by(r.Results, harness.Confirmed))
		for claim, why := range by(r.Results, harness.Refuted, harness.Inconclusive, harness.Unjudged) {
			if topology == "mode-2-rest-off" && (claim == "addresses-answer" || strings.Contains(why, "(addresses-answer)")) {
				continue // its owner takes REST to be on, and it is not
			}
			if claim == "management-out-of-reach" && elsewhere(t) == "127.0.0.1" {
				continue // this machine has no address that others could have a way to
			}
			t.Errorf("%s: %s: %s", topology, claim, why)
		}
	}
	for _, c := range claims.All() {
		if c.Live && confirmed[c.ID] == "" && c.ID != "curl-answer" && !needsWhatIsNotHere(c) && !slices.Contains(ofComponents, c.ID) {
			t.Errorf("%s: no case was confirmed", c.ID)
		}
	}
}

// A standing mutant is a deployment with something wrong, and the claims made
// for such deployments that it breaks.
type attachedMutant struct {
	name string
	attached
	refutes []string
}

var attachedMutants = []attachedMutant{
	{"ends in 20 days", attached{topology: "mode-2", server: leaf{ends: 20 * 24 * time.Hour}}, of("certificate-lasts")},
	{"has ended", attached{topology: "mode-1", server: leaf{ends: -time.Hour}}, of("certificate-lasts")},
	{"its CA ends in 9 days", attached{topology: "mode-2", ca: leaf{ends: 9 * 24 * time.Hour}}, of("ca-lasts")},
	{"its CA has ended", attached{topology: "mode-1", ca: leaf{ends: -time.Hour}}, of("ca-lasts")},
	{"the client's ends in 9 days", attached{topology: "mode-2", client: leaf{ends: 9 * 24 * time.Hour}}, of("certificate-lasts")},
	{"RSA 1024", attached{topology: "mode-1", server: leaf{bits: 1024}}, of("certificate-strong")},
	{"management port open", attached{topology: "mode-2", open: true}, of("management-out-of-reach")},
	{"management port open, with data", attached{topology: "mode-2", open: true, faults: []standin.Fault{standin.ManagementData}},
		of("management-out-of-reach", "management-data-withheld")},
	{"mode 1 for mode 2", attached{topology: "mode-1", omit: of("mode"), more: of("mode: 2")},
		of("mode-not-weaker")},
	{"mode 0 for mode 2", attached{topology: "mode-0", omit: of("mode"), more: of("mode: 2")}, of("mode-not-weaker")},
	{"plaintext beside TLS", attached{topology: "mode-1", faults: []standin.Fault{standin.PlaintextBesideTLS}}, of("mode-not-weaker")},
	{"REST without certificates", attached{topology: "mode-2", faults: []standin.Fault{standin.RESTOpen}},
		of("mode-not-weaker", "rest-not-weaker")},
	{"REST in plaintext", attached{topology: "mode-1", faults: []standin.Fault{standin.RESTInPlaintext}}, of("mode-not-weaker", "rest-not-weaker")},
	{"any certificate", attached{topology: "mode-2", faults: []standin.Fault{standin.AcceptsAnyClientCertificate}}, of("shipped-ca-refused")},
}

func TestEveryFlawOfAnAttachedDeploymentIsFound(t *testing.T) {
	t.Parallel()
	for _, m := range attachedMutants {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			refuted := by(m.checked(t).Results, harness.Refuted)
			for _, c := range claims.All() {
				mine := slices.Contains(c.Needs, harness.AttachedHere) || slices.Contains(c.Needs, harness.ShipsCA)
				switch wanted := slices.Contains(m.refutes, c.ID); {
				case wanted && refuted[c.ID] == "":
					t.Errorf("%s was not refuted", c.ID)
				case mine && !wanted && refuted[c.ID] != "":
					t.Errorf("%s was refuted too: %s", c.ID, refuted[c.ID])
				}
			}
		})
	}
}

// A server's certificate that has ended is one finding, and hides nothing else.
func TestAnEndedCertificateIsJudgedAroundIt(t *testing.T) {
	t.Parallel()
	s := attached{topology: "mode-2-auth", server: leaf{ends: -time.Hour}}
	results := s.checked(t).Results
	for claim, why := range by(results, harness.Refuted, harness.Inconclusive, harness.Unjudged) {
		if claim != "certificate-lasts" {
			t.Errorf("%s: %s", claim, why)
		}
	}
	confirmed := by(results, harness.Confirmed)
	for _, claim := range of("mode-2-both", "good-client-cert-served", "bad-client-cert-refused", "wrong-name-refused") {
		if confirmed[claim] == "" {
			t.Errorf("%s was not confirmed", claim)
		}
	}
}

// Without the CA's key only those identities are shown that need none, and
// without a client's certificate nothing that needs it as a control; the rest
// says why it is not asked.
func TestAttachedDeploymentWithoutKeys(t *testing.T) {
	t.Parallel()
	s := attached{topology: "mode-2", omit: of("client_ca", "shipped_ca")}
	for _, r := range s.checked(t).Results {
		switch {
		case r.Reason == features.Lacks(harness.EveryClient): // an SDK in another language, which a check does not start
		case r.Claim == "shipped-ca-refused", r.Claim == "bad-client-cert-refused" && r.Identity == "expired":
			if r.Verdict != harness.NotApplicable || !strings.Contains(r.Reason, "would be made from") {
				t.Errorf("%s %s is %v: %s", r.Claim, r.Case, r.Verdict, r.Reason)
			}
		case r.Claim == "bad-client-cert-refused" && r.Identity == "self-signed" && r.Client == harness.Raw && r.Verdict != harness.Confirmed:
			t.Errorf("%s is %v: %s", r.Case, r.Verdict, r.Reason)
		}
	}
	s = attached{topology: "mode-2", omit: of("client_ca", "client"), more: of("version: 2.3.0")}
	confirmed := by(s.checked(t).Results, harness.Confirmed)
	for _, claim := range of("mode-not-weaker", "rest-not-weaker", "certificate-strong", "management-out-of-reach") {
		if confirmed[claim] == "" {
			t.Errorf("%s was not confirmed by somebody without a certificate", claim)
		}
	}
}

// What is accepted does not make a check fail, and what is accepted in vain does.
func TestAcceptedFindings(t *testing.T) {
	t.Parallel()
	s := attached{topology: "mode-1", server: leaf{ends: 20 * 24 * time.Hour}, more: of(
		"accept:", "- {claim: certificate-lasts, reason: it is renewed by itself}", "- {claim: certificate-strong, reason: in vain}")}
	r := s.checked(t)
	for _, x := range r.Results {
		if x.Red() {
			t.Errorf("%s %s is red: %s", x.Claim, x.Case, x.Reason)
		}
	}
	if len(r.Stale) != 1 || !strings.Contains(r.Stale[0], "accept, entry 2") {
		t.Errorf("stale: %q", r.Stale)
	}
}
