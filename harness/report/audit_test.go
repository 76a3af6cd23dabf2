package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
	"milvus-tls-e2e/harness/results"
)

// auditedClaims are evidence for two requirements, and one of them was never judged.
func auditedClaims() []harness.Claim {
	all := sampleClaims()
	for i := range all {
		switch all[i].ID {
		case "mode-2-both":
			all[i].Requirements = []harness.Requirement{requirements.NISTClientAuth, requirements.ISOCryptography}
		case "never-planned", "mode-0-plain":
			all[i].Requirements = []harness.Requirement{requirements.ISOCryptography}
		}
	}
	return all
}

func TestAuditShowsClaimsVerdictsAndWhatWasNotLookedAt(t *testing.T) {
	var b bytes.Buffer
	if err := AuditJSON(&b, sample(), auditedClaims()); err != nil {
		t.Fatal(err)
	}
	var got Audit
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Requirements) != len(requirements.All) || !strings.Contains(got.Notice, "not a certificate") || !got.Date.Equal(sample().Run.Started) {
		t.Errorf("%d requirements, of %v: %s", len(got.Requirements), got.Date, got.Notice)
	}
	for _, q := range got.Requirements {
		switch q.Key {
		case requirements.NISTClientAuth:
			if len(q.Claims) != 2 || q.Claims[0].Verdict != "refuted" || q.Claims[0].Finding != "REST serves clients without a certificate." ||
				q.Claims[0].Confirmed != 2 || q.Claims[0].Refuted != 2 || q.Claims[0].NotJudged != 1 || q.Claims[0].Version != "2.2.16" {
				t.Errorf("%s: %+v", q.Key, q.Claims)
			}
		case requirements.ISOCryptography:
			if len(q.Claims) != 4 || q.Claims[0].Verdict != "confirmed" || !slices.Equal(q.Missing, []string{"never-planned"}) {
				t.Errorf("%s: %+v, missing %v", q.Key, q.Claims, q.Missing)
			}
		default:
			if len(q.Claims)+len(q.Missing) > 0 || q.Beyond == "" {
				t.Errorf("%s: %+v", q.Key, q)
			}
		}
	}
}

func TestAuditIsTheSameAsATable(t *testing.T) {
	r := sample()
	for i := range r.Results {
		if r.Results[i].Verdict == harness.Refuted {
			r.Results[i].Reason = `=cmd|' /C calc'!A0`
		}
	}
	var b bytes.Buffer
	if err := AuditCSV(&b, r, auditedClaims()); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll() // which wants every row as long as the first
	if err != nil {
		t.Fatal(err)
	}
	evidence := slices.Index(rows[0], "evidence")
	claims := 0
	for _, row := range rows[1:] {
		if row[3] == "mode-2-both" {
			claims++
			if row[evidence] != `'=cmd|' /C calc'!A0` {
				t.Errorf("a spreadsheet takes %q for a formula", row[evidence])
			}
		}
	}
	if claims != 4 {
		t.Errorf("mode-2-both has %d rows, want 4", claims)
	}
}

func TestWhatToDoIsInTheOrderOfAnUpgrade(t *testing.T) {
	result := func(claim string, s harness.Severity) results.Result {
		return results.Result{Claim: claim, Case: "c", Version: "1", Topology: "mode-1", Verdict: harness.Refuted, Severity: s, Expected: true}
	}
	claim := func(id, do string, c harness.Chapter) harness.Claim {
		return harness.Claim{ID: id, Finding: "What is so of " + id + ".", Remediation: do, Chapter: c}
	}
	o := survey(results.Results{Results: []results.Result{
		result("beyond", harness.SeverityCritical), result("late", harness.SeverityLow), result("early", harness.SeverityHigh), result("upgrade-x", harness.SeverityLow), result("again", harness.SeverityLow),
	}}, []harness.Claim{
		claim("beyond", "Close it.", harness.ChapterBeyond), claim("late", "Write it down.", harness.ChapterServer), claim("early", "Set it.", harness.ChapterServer),
		claim("upgrade-x", "Take a backup.", harness.ChapterBeyond), claim("again", "Set it.", harness.ChapterServer),
	})
	var got []string
	for _, p := range o.phases(o.bySeverity()) {
		for _, s := range p.Steps {
			got = append(got, p.Title+": "+s.Remediation)
			if want := len(got); s.Number != want {
				t.Errorf("%s has the number %d, want %d", s.Remediation, s.Number, want)
			}
		}
	}
	want := []string{"Before the old release is stopped: Take a backup.", "Configuration and manifests: Set it.", "Configuration and manifests: Write it down.", "Server and network: Close it."}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
