package report

import (
	"fmt"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/results"
)

// sampleClaims are in the order of reports, which is not the order of severity.
func sampleClaims() []harness.Claim {
	return []harness.Claim{
		{ID: "mode-0-plain", Statement: "mode 0 switches external TLS off", Severity: harness.SeverityLow, Remediation: "set mode 0 only behind a proxy"},
		{ID: "protocol-floor", Statement: "TLS 1.0 and 1.1 are refused everywhere", Finding: "REST serves TLS 1.0.", Severity: harness.SeverityMedium, Remediation: "terminate TLS in front of REST"},
		{ID: "mode-2-both", Statement: "in mode 2 a client without a certificate is refused", Finding: "REST serves clients without a certificate.", Severity: harness.SeverityCritical,
			Remediation: "keep REST's port closed to everybody else"},
		{ID: "rest-port-rules", Statement: "REST never vanishes silently", Finding: "REST vanishes silently.", Severity: harness.SeverityHigh, Remediation: "give REST a port of its own"},
		{ID: "never-planned", Statement: "no run asks this one", Severity: harness.SeverityLow},
	}
}

// sample holds every verdict, and text that is hostile to each format.
func sample() results.Results {
	r := results.Results{
		Schema: results.Schema,
		Run: results.Run{Revision: "abc1234", Provider: "process", Machine: "linux/amd64, 2 cores", Isolation: "network namespace",
			Started: time.Date(2025, 11, 22, 12, 30, 0, 0, time.UTC), Seconds: 24.12},
		Stale: []string{"2.2.yaml:7: expects mode-0-plain/rest to be refuted on 2.2, and it was not: delete the entry if this is fixed"},
	}
	for _, version := range []string{"2.2.16", "2.3.5"} {
		for _, topology := range []string{"mode-0", "mode-2", "mode-2-auth"} {
			r.Results = append(r.Results, sampleCell(version, topology)...)
		}
	}
	return r
}

func sampleCell(version, topology string) []results.Result {
	all := []results.Result{
		{Claim: "mode-0-plain", Case: "grpc", Verdict: harness.Confirmed, Severity: harness.SeverityLow, Reason: "the API answered"},
		{Claim: "mode-0-plain", Case: "rest", Verdict: harness.Confirmed, Severity: harness.SeverityLow, Reason: "the API answered"},
	}
	if topology == "mode-0" {
		all = append(all, results.Result{Claim: "mode-2-both", Case: plan.AllCases, Verdict: harness.NotApplicable,
			Severity: harness.SeverityCritical, Reason: "needs tlsMode 2"})
	} else {
		all = append(all,
			results.Result{Claim: "protocol-floor", Case: "tls-1.0-at-rest", Verdict: harness.Refuted, Expected: true, Severity: harness.SeverityMedium,
				Reason: "it was served (TLS 1.0)", Known: "REST has no floor | upstream says so"},
			results.Result{Claim: "mode-2-both", Case: "nobody-at-grpc", Verdict: harness.Confirmed, Severity: harness.SeverityCritical, Reason: "alert 42 (bad_certificate)"},
			results.Result{Claim: "mode-2-both", Case: "nobody-at-rest", Verdict: harness.Refuted, Severity: harness.SeverityCritical,
				Reason: "it was served | <script>alert(1)</script>\x1b[31m\x00 and\nthe server never asked"},
		)
	}
	if topology == "mode-2-auth" {
		all = append(all,
			results.Result{Claim: "rest-port-rules", Case: "says-so", Verdict: harness.Refuted, Expected: true, Severity: harness.SeverityHigh,
				Reason: "no line says so", Known: "silent since 2.2"},
			results.Result{Claim: "rest-port-rules", Case: "asked", Verdict: harness.Inconclusive, Severity: harness.SeverityHigh, Reason: "there is no control"},
			results.Result{Claim: "rest-port-rules", Case: "left", Verdict: harness.Unjudged, Severity: harness.SeverityHigh},
		)
	}
	for i := range all {
		r := &all[i]
		r.Version, r.Topology, r.ServerVersion, r.Provider = version, topology, "v"+version, "process"
		r.Client, r.Port, r.Identity, r.Want, r.Seconds = harness.Raw, harness.GRPC, harness.Nobody, "served", 0.25
		r.Expected = r.Expected || r.Verdict == harness.Confirmed || r.Verdict == harness.NotApplicable
		r.Attempt = "raw at grpc over TLS as nobody"
		r.Reproduce = fmt.Sprintf("make e2e VERSION=%s TOPOLOGY=%s FOCUS='%s: %s'", version, topology, r.Claim, r.Case)
		r.Evidence = &harness.Evidenced{Control: "the control was served", Transcript: []string{"> hello"},
			Facts: &connection.Observation{Detail: "facts of " + r.Case}}
	}
	return all
}
