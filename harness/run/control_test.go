package run

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/access"
	"milvus-tls-e2e/harness/checks/canary"
	"milvus-tls-e2e/harness/checks/certificate"
	"milvus-tls-e2e/harness/checks/chains"
	"milvus-tls-e2e/harness/checks/compare"
	"milvus-tls-e2e/harness/checks/httpget"
	"milvus-tls-e2e/harness/checks/protocol"
	"milvus-tls-e2e/harness/checks/recipe"
	"milvus-tls-e2e/harness/checks/resilience"
	"milvus-tls-e2e/harness/checks/rolling"
	"milvus-tls-e2e/harness/checks/rotation"
	"milvus-tls-e2e/harness/checks/session"
	"milvus-tls-e2e/harness/checks/snippet"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/checks/upgrade"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/handshake"
)

// damning are facts of each kind that refute something where nothing else is wrong.
var damning = map[string][]harness.Facts{
	"connect": {
		&connection.Observation{Answer: connection.AnswerData, HandshakeDone: true, ServerCert: "right"},
		&connection.Observation{Answer: connection.AnswerData, HandshakeDone: true, ServerCert: "another"},
		&connection.Observation{Answer: connection.AnswerNoService, Status: 404},
		&connection.Observation{End: connection.EndUnclear},
		&connection.Observation{End: connection.EndTimeout},
		&connection.Observation{End: connection.EndUntrusted, ServerCert: "another"},
		&connection.Observation{End: connection.EndAlert, Alert: &connection.Alert{Code: 116}, CertRequested: true, HandshakeDone: true},
	},
	"start": {
		&start.Facts{Exited: true, Status: 134, Seconds: 30},
		&start.Facts{Exited: true, Cause: "panic"},
		&start.Facts{Seconds: 30},
		&start.Facts{Ready: true, Survey: []start.SurveyEntry{{Port: harness.GRPC, Client: harness.Raw, Transport: harness.TransportPlain, Outcome: harness.Served}}},
		&start.Facts{Ready: true, Survey: []start.SurveyEntry{{Port: harness.GRPC, Client: harness.Raw, Transport: harness.TransportTLS, Outcome: harness.Served, Identity: harness.ShippedCA}}},
		&start.Facts{Ready: true, Components: &start.Components{
			Off: 1, Schema: harness.TimedOut, Ports: []start.SurveyEntry{{Transport: harness.TransportPlain, Outcome: harness.Served}},
		}},
	},
	"compare": {&compare.Facts{Views: []compare.ClientResult{
		{ClientVersion: harness.ClientVersion{Client: harness.Raw}, Outcome: harness.Served}, {ClientVersion: harness.ClientVersion{Client: harness.Go}, Outcome: harness.RefusedCertificate},
	}}},
	"certificate": {&certificate.Facts{Trait: certificate.Lasting, Taken: time.Now(), Certificates: []certificate.Certificate{{Subject: "CN=it"}}}},
	"recipe":      {&recipe.Facts{Found: "one", Wanted: "another"}},
	"snippet":     {&snippet.Facts{Status: 1}},
	"access":      {&access.Facts{Aspect: access.Trust, Untrusted: "by nobody", Chain: []certificate.Certificate{{}}, Call: &connection.Observation{}}},
	"canary":      {&canary.Facts{Sent: true, Canary: 1}},
	"upgrade":     {&upgrade.Facts{Compared: 1, Differences: []string{"a row is gone"}}},
	"rolling":     {&rolling.Facts{Aspect: rolling.Starts, Steps: []rolling.Step{{Component: "proxy", Unwell: []string{"proxy"}}}}},
	"rotation": {
		&rotation.Facts{Aspect: rotation.Undisturbed, Steps: []rotation.Step{{Running: []rotation.Client{{Outage: connection.Outage{Errors: map[string]int{"reset": 1}}}}}}},
		&rotation.Facts{Aspect: rotation.LocksOut, Steps: []rotation.Step{{Removed: &rotation.Removed{Refusal: map[harness.Port]harness.Outcome{harness.GRPC: harness.Served}}}}},
	},
	"protocol": {
		&protocol.Facts{Seen: handshake.Seen{Hello: true}, After: resilience.HealthCheck{Outcome: harness.Served}},
		&protocol.Facts{Exited: true, Status: 134},
	},
	"chains": {&chains.Facts{
		Before: harness.Served, After: harness.Served, Tried: 2, Served: 1, Refused: 1, Oracle: "1.26.8", BuiltWith: "1.26.8",
		Differ: 1, Differences: []chains.Difference{{Chain: "it", Server: harness.Served, Oracle: "expired"}},
	}},
	"session": {&session.Facts{
		Began: connection.Observation{Answer: connection.AnswerData}, Ticket: true,
		After: connection.Observation{Answer: connection.AnswerData, Resumed: true}, Compare: connection.Observation{Answer: connection.AnswerData},
	}},
	"resilience": {&resilience.Facts{
		Before: []resilience.HealthCheck{{Outcome: harness.Served}}, Tried: 1, Reached: 1, Served: 1,
	}},
}

// ruled returns what a check makes of facts; it reports false where the check sees no
// facts of that kind.
func ruled(l harness.Check, want harness.Outcome, e checks.Evidence) (r checks.Ruling, fits bool) {
	defer func() {
		if recover() != nil {
			fits = false // it takes them for those of its own kind
		}
	}()
	return checks.Judge(l, want, e).Ruling, true
}

// failedControls are controls that were not served, and one that could not be made.
func failedControls() []checks.Evidence {
	all := []checks.Evidence{
		{ControlErr: errors.New("nobody could make it")},
		{Control: &connection.Observation{End: connection.EndTimeout}},
		{Control: &connection.Observation{End: connection.EndUntrusted}},
		{Control: &connection.Observation{End: connection.EndDialRefused}},
		{Control: &connection.Observation{Answer: connection.AnswerNotReady}},
	}
	for _, empty := range harness.Kinds() {
		all = append(all, checks.Evidence{Control: empty})
	}
	return all
}

// alone tells of the wants that are proved by what was seen alone: whoever is let in or
// handed something is, whatever becomes of others.
func alone(l harness.Check, want harness.Outcome) bool {
	switch l.(type) {
	case harness.Attempt:
		return want == harness.KeptOut
	case compare.Ports:
		return want == harness.KeptOut
	case httpget.Check: // held against no control, but against whether gRPC's port answers at all
		return true
	}
	return false
}

// Where the control fails something else is wrong, and what was seen says nothing about
// the claim. That holds for every kind of check that there is.
func TestNothingIsRefutedWhoseControlFailed(t *testing.T) {
	taken := []harness.Check{snippet.Check{}} // which runs without a cell
	for kind := range runners {
		taken = append(taken, reflect.Zero(kind).Interface().(harness.Check))
	}
	if kinds, here := slices.Sorted(maps.Keys(harness.Kinds())), slices.Sorted(maps.Keys(damning)); !slices.Equal(kinds, here) {
		t.Fatalf("kinds of facts: %v; of those here: %v", kinds, here)
	}
	for _, l := range taken {
		refuted := false
		for _, want := range harness.Outcomes() {
			for _, saw := range slices.Concat(slices.Collect(maps.Values(damning))...) {
				e := checks.Evidence{Saw: saw, ConfiguredCert: "right", Internal: true}
				if r, fits := ruled(l, want, e); !fits || r.Verdict != harness.Refuted {
					e.Control = &connection.Observation{Answer: connection.AnswerData}
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
