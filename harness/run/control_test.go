package run

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
)

// damning are facts of each kind that refute something where nothing else is wrong.
var damning = map[string][]harness.Facts{
	"connect": {
		&harness.Observation{Answer: harness.AnswerData, HandshakeDone: true, ServerCert: "right"},
		&harness.Observation{Answer: harness.AnswerData, HandshakeDone: true, ServerCert: "another"},
		&harness.Observation{Answer: harness.AnswerNoService, Status: 404},
		&harness.Observation{End: harness.EndUnclear},
		&harness.Observation{End: harness.EndTimeout},
		&harness.Observation{End: harness.EndUntrusted, ServerCert: "another"},
		&harness.Observation{End: harness.EndAlert, Alert: &harness.Alert{Code: 116}, CertRequested: true, HandshakeDone: true},
	},
	"start": {
		&harness.StartResult{Exited: true, Status: 134, Seconds: 30},
		&harness.StartResult{Exited: true, Cause: "panic"},
		&harness.StartResult{Seconds: 30},
		&harness.StartResult{Ready: true, Survey: []harness.SurveyEntry{{Port: harness.GRPC, Client: harness.Raw, Transport: harness.TransportPlain, Outcome: harness.Served}}},
		&harness.StartResult{Ready: true, Survey: []harness.SurveyEntry{{Port: harness.GRPC, Client: harness.Raw, Transport: harness.TransportTLS, Outcome: harness.Served, Identity: harness.ByShippedCA}}},
		&harness.StartResult{Ready: true, Components: &harness.Components{
			Off: 1, Schema: harness.TimedOut, Ports: []harness.SurveyEntry{{Transport: harness.TransportPlain, Outcome: harness.Served}},
		}},
	},
	"compare": {&harness.Compared{Views: []harness.ClientResult{
		{ClientVersion: harness.ClientVersion{Client: harness.Raw}, Outcome: harness.Served}, {ClientVersion: harness.ClientVersion{Client: harness.Go}, Outcome: harness.RefusedCertificate},
	}}},
	"certificate": {&harness.CertFacts{Trait: harness.Lasting, Taken: time.Now(), Certificates: []harness.Certificate{{Subject: "CN=it"}}}},
	"recipe":      {&harness.RecipeFacts{Found: "one", Wanted: "another"}},
	"snippet":     {&harness.Exec{Status: 1}},
	"access":      {&harness.AccessFacts{Aspect: harness.AccessTrust, Untrusted: "by nobody", Chain: []harness.Certificate{{}}, Call: &harness.Observation{}}},
	"canary":      {&harness.CanaryFacts{Sent: true, Canary: 1}},
	"upgrade":     {&harness.UpgradeFacts{Compared: 1, Differences: []string{"a row is gone"}}},
	"resilience": {&harness.ResilienceFacts{
		Before: []harness.HealthCheck{{Outcome: harness.Served}}, Tried: 1, Reached: 1, Served: 1,
	}},
}

// ruled gives what a check makes of facts; it reports false where the check sees no
// facts of that kind.
func ruled(l harness.Check, want harness.Outcome, e harness.Evidence) (r harness.Ruling, fits bool) {
	defer func() {
		if recover() != nil {
			fits = false // it takes them for those of its own kind
		}
	}()
	return harness.Judge(l, want, e).Ruling, true
}

// failedControls are controls that were not served, and one that could not be made.
func failedControls() []harness.Evidence {
	all := []harness.Evidence{
		{ControlErr: errors.New("nobody could make it")},
		{Control: &harness.Observation{End: harness.EndTimeout}},
		{Control: &harness.Observation{End: harness.EndUntrusted}},
		{Control: &harness.Observation{End: harness.EndDialRefused}},
		{Control: &harness.Observation{Answer: harness.AnswerNotReady}},
	}
	for _, empty := range harness.Kinds() {
		all = append(all, harness.Evidence{Control: empty})
	}
	return all
}

// alone tells of the wants that are proved by what was seen alone: whoever is let in or
// handed something is, whatever becomes of others.
func alone(l harness.Check, want harness.Outcome) bool {
	switch l.(type) {
	case harness.Attempt:
		return want == harness.KeptOut
	case harness.ComparePorts:
		return want == harness.KeptOut
	case harness.HTTPGet: // held against no control, but against whether gRPC's port answers at all
		return true
	}
	return false
}

// Where the control fails something else is wrong, and what was seen says nothing about
// the claim. That holds for every kind of check that there is.
func TestNothingIsRefutedWhoseControlFailed(t *testing.T) {
	checks := []harness.Check{harness.Snippet{}} // which runs without a cell
	for kind := range runners {
		checks = append(checks, reflect.Zero(kind).Interface().(harness.Check))
	}
	if kinds, here := slices.Sorted(maps.Keys(harness.Kinds())), slices.Sorted(maps.Keys(damning)); !slices.Equal(kinds, here) {
		t.Fatalf("kinds of facts: %v; of those here: %v", kinds, here)
	}
	for _, l := range checks {
		refuted := false
		for _, want := range harness.Outcomes() {
			for _, saw := range slices.Concat(slices.Collect(maps.Values(damning))...) {
				e := harness.Evidence{Saw: saw, ConfiguredCert: "right", Internal: true}
				if r, fits := ruled(l, want, e); !fits || r.Verdict != harness.Refuted {
					e.Control = &harness.Observation{Answer: harness.AnswerData}
					if r, fits := ruled(l, want, e); !fits || r.Verdict != harness.Refuted {
						continue
					}
				}
				refuted = true
				for _, failed := range failedControls() {
					e.Control, e.ControlErr = failed.Control, failed.ControlErr
					r, _ := ruled(l, want, e)
					if r.Verdict == harness.Refuted && !alone(l, want) {
						t.Errorf("%T wanting %v is refuted although its control failed (%T, %v): %s", l, want, failed.Control, failed.ControlErr, r.Reason)
					}
					if r.Verdict == harness.Inconclusive && r.Cause == 0 {
						t.Errorf("%T wanting %v is left open without a cause: %s", l, want, r.Reason)
					}
				}
			}
		}
		if !refuted {
			t.Errorf("%T: nothing here refutes it, so nothing is shown about it", l)
		}
	}
}
