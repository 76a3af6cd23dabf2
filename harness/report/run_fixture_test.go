package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/results"
)

// aRun is like a real run, made small: every verdict, every client, and
// evidence of every kind.
// runClients are those of the runs that tests draw.
var runClients = []harness.Client{harness.Raw, harness.Go, harness.REST, harness.Curl}

func aRun() results.Results {
	r := results.Results{
		Schema: results.Schema,
		Run: results.Run{Revision: "abc1234", Provider: "process", Machine: "linux/amd64, 2 cores", Isolation: "namespaces of the run's own",
			Started: time.Date(2026, 11, 22, 12, 30, 0, 0, time.UTC), Seconds: 24.12},
		Configured: map[string][]string{"mode-2": {"common.security.tlsMode: 2", "tls.caPemPath: ca.pem"}},
	}
	for _, version := range []string{"2.2.16", "2.3.5"} {
		for _, topology := range []string{"mode-0", "mode-1", "mode-2", "mode-2-auth"} {
			for _, claim := range sampleClaims()[:4] {
				r.Results = append(r.Results, casesOf(claim, version, topology)...)
			}
		}
	}
	return r
}

func casesOf(claim harness.Claim, version, topology string) []results.Result {
	base := results.Result{Claim: claim.ID, Statement: claim.Statement, Severity: claim.Severity, Remediation: claim.Remediation, Version: version, Topology: topology,
		ServerVersion: "v" + version + "-lite", Digest: strings.Repeat("ab", 32), Provider: "process"}
	if (claim.ID == "mode-0-plain") != (topology == "mode-0") {
		base.Case, base.Verdict, base.Expected, base.Reason = plan.AllCases, harness.NotApplicable, true, "needs another tlsMode"
		return []results.Result{base}
	}
	var all []results.Result
	for i, client := range runClients {
		r := base
		r.Client, r.Port, r.Identity, r.Case = client, harness.GRPC, "expired", fmt.Sprintf("expired via %s at grpc", client)
		r.Want, r.Saw, r.Verdict, r.Expected = "refused-certificate", "refused-certificate", harness.Confirmed, true
		r.Reason, r.Attempt, r.Seconds = "alert 42 (bad certificate); the control was served", fmt.Sprintf("%s at grpc over TLS as expired", client), 0.25
		r.Reproduce = fmt.Sprintf("make e2e VERSION=%s TOPOLOGY=%s LABELS=%s FOCUS='%s$'", version, topology, claim.ID, r.Case)
		r.Evidence = evidenceOf(len(all) + 10*len(topology) + 1000*len(version))
		switch {
		case claim.ID == "protocol-floor" && client == harness.Raw:
			r.Verdict, r.Saw, r.Known, r.Reason = harness.Refuted, "served", "there is no floor", "it was served"
		case claim.ID == "mode-2-both" && topology == "mode-2" && version == "2.3.5" && i == 1:
			r.Verdict, r.Saw, r.Expected, r.Reason = harness.Refuted, "served", false, "it was served, unheard of"
		case claim.ID == "rest-port-rules" && topology == "mode-1" && i == 2:
			r.Verdict, r.Expected, r.Reason = harness.Inconclusive, false, "there is no control"
		case claim.ID == "rest-port-rules" && topology == "mode-1" && i == 3:
			r.Verdict, r.Expected, r.Reason, r.Saw = harness.Unjudged, false, "", ""
		case claim.ID == "mode-0-plain" && i == 0:
			r.Remark = "plaintext is plaintext"
		}
		all = append(all, r)
	}
	return all
}

func evidenceOf(n int) *harness.Evidenced {
	local := fmt.Sprintf("127.0.0.1:%d", 30000+n)
	return &harness.Evidenced{
		Alert: "alert 42 (bad certificate)", Control: "the control was served", Negotiated: "TLS 1.3 TLS_AES_128_GCM_SHA256 h2",
		Log:        fmt.Sprintf(`[2026/11/22 12:30:%02d.%03d +00:00] [INFO] [grpclog/grpclog.go:37] ["ServerHandshake(\"%s\") failed: tls: bad certificate"]`, n%60, n%1000, local),
		Transcript: []string{"> ClientHello", "< ServerHello " + local, "< Alert 42"},
		Facts: &connection.Observation{Local: local, Remote: "127.0.0.1:10332", Seconds: float64(n) / 7e6, Version: "1.3", Cipher: "TLS_AES_128_GCM_SHA256", ALPN: "h2",
			ServerCert: fmt.Sprintf("%064x", n), CertRequested: true, ClientCert: fmt.Sprintf("%064x", 7*n), HandshakeDone: true, Alert: &connection.Alert{Code: 42, Name: "bad certificate"},
			End: connection.EndAlert, Detail: "remote error: tls: bad certificate"},
	}
}

// before is a run that a later one is compared with: one case stood better, one
// worse, and one was not judged.
func before(now results.Results) results.Results {
	was := now
	was.Run.Revision = "0123456"
	was.Results = slices.Clone(now.Results)
	gone := 0
	for i := range was.Results {
		r := &was.Results[i]
		switch {
		case r.Verdict == harness.Refuted && !r.Expected:
			r.Verdict, r.Saw, r.Expected, r.Reason = harness.Confirmed, "refused-certificate", true, "it used to be refused"
		case r.Verdict == harness.Inconclusive && r.Version == "2.3.5":
			r.Verdict, r.Reason = harness.Unjudged, ""
		case r.Claim == "mode-0-plain" && r.Client == harness.Curl:
			gone = i
		}
	}
	was.Results = slices.Delete(was.Results, gone, gone+1)
	return was
}

// Texts that servers may send, and that must stay texts.
var hostile = []string{
	`</script><script>window.pwned=1</script>`, `"><img src=x onerror=window.pwned=1>`, `<!--<script>`, `]]>{{.}}${1}` + "`",
	"line\u2028para\u2029\u202eright to left\x00\x1b[31m\r\n\ttab", `' onmouseover='window.pwned=1`, `javascript:window.pwned=1`, "\xff\xfe",
}

// hostileRun has hostile text wherever a server, or somebody's file, can put any.
func hostileRun() results.Results {
	r := aRun()
	bad := strings.Join(hostile, " ")
	r.Stale, r.Run.Focus, r.Run.Machine, r.Configured = []string{bad}, bad, bad, map[string][]string{"mode-2": {bad}}
	for i := range r.Results {
		x := &r.Results[i]
		x.ServerVersion, x.Reason, x.Known, x.Remark, x.Attempt, x.Identity, x.Remediation = bad, bad, bad, bad, bad, bad, bad
		if x.Case != plan.AllCases {
			x.Case += bad
		}
		x.Reproduce += bad
		if x.Evidence != nil {
			x.Evidence = &harness.Evidenced{Alert: bad, Control: bad, Log: bad, Negotiated: bad, Transcript: []string{bad, bad},
				Facts: &connection.Observation{Local: bad, Remote: bad, Detail: bad, Alert: &connection.Alert{Name: bad}}}
		}
	}
	return r
}

// manyResults are n judged results, each with evidence of its own.
func manyResults(n int) results.Results {
	r := results.Results{Schema: results.Schema, Run: aRun().Run}
	for i := range n {
		claim, version := fmt.Sprintf("claim-number-%d", i/4%40), []string{"2.2.16", "2.3.5", "2.5.8", "2.6.3"}[i/160%4]
		topology, client := fmt.Sprintf("mode-2-variant-%d", i/640%30), runClients[i%len(runClients)]
		x := results.Result{Claim: claim, Version: version, Topology: topology, Client: client, Port: harness.GRPC, Identity: "expired",
			Case: fmt.Sprintf("expired-%d via %s at grpc", i/19200, client), Statement: "A claim that is said in one sentence of the usual length.",
			Verdict: harness.Confirmed, Expected: true, Severity: harness.SeverityCritical, Want: "refused-certificate", Saw: "refused-certificate",
			Attempt: fmt.Sprintf("%s at grpc over TLS as expired", client), Reason: fmt.Sprintf("alert 42 (bad certificate) to 127.0.0.1:%d; the control was served", 20000+i),
			Seconds: float64(i) / 3e5, Evidence: evidenceOf(i)}
		x.Reproduce = fmt.Sprintf("make e2e VERSION=%s TOPOLOGY=%s LABELS=%s FOCUS='%s$'", version, topology, claim, x.Case)
		if i%50 == 7 {
			x.Verdict, x.Known = harness.Refuted, "known since long"
		}
		r.Results = append(r.Results, x)
	}
	return r
}
