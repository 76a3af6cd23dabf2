// Package results is what a run leaves behind, and what is made of it: known failures are
// marked, shards are joined, and two runs are held against each other.
package results

import (
	"fmt"
	"slices"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/plan"
)

// Schema is the version of results.json's form.
const Schema = 2

// Results is what a run leaves behind: every report is drawn from it.
type Results struct {
	Schema  int      `json:"schema"`
	Run     Run      `json:"run"`
	Results []Result `json:"results"`
	Stale   []string `json:"stale,omitempty"` // expected refutations that no judged case showed

	// Configured gives what each topology configures about TLS, by its name,
	// one "key: value" for each setting.
	Configured map[string][]string `json:"configured,omitempty"`
}

// Run identifies the harness, the machine and the time.
type Run struct {
	Revision  string            `json:"revision"` // of the harness
	Provider  string            `json:"provider"`
	Machine   string            `json:"machine"`
	Isolation string            `json:"isolation"`          // what keeps the servers apart from the machine
	Adjusted  []string          `json:"adjusted,omitempty"` // what servers were configured with so that they can be judged
	Started   time.Time         `json:"started"`
	Seconds   float64           `json:"seconds"` // until the last verdict
	Focus     string            `json:"focus,omitempty"`
	Shard     *plan.Shard       `json:"shard,omitempty"`     // the part of the plan that was judged, where it was not all of it
	Plan      *plan.Fingerprint `json:"plan,omitempty"`      // what was planned, over all shards
	PeakMB    float64           `json:"peak_mb"`             // the runner's own peak of resident memory, in MB
	CPU       float64           `json:"cpu_seconds"`         // what the runner itself spent
	Servers   float64           `json:"servers_cpu_seconds"` // what the servers that ended spent
}

// Result is one case judged in one cell.
type Result struct {
	Claim         string             `json:"claim"`
	Case          string             `json:"case"`
	Topology      string             `json:"topology"`
	Version       string             `json:"version"`
	From          string             `json:"from,omitempty"` // the version that was upgraded from, in the results of upgrades
	ServerVersion string             `json:"server_version"`
	Digest        string             `json:"digest"`
	Provider      string             `json:"provider"`
	Client        harness.Client     `json:"client"`
	Port          harness.Port       `json:"port"`
	Identity      string             `json:"identity"`
	Want          string             `json:"want"`
	Saw           string             `json:"saw"`
	Verdict       harness.Verdict    `json:"verdict"`
	Cause         harness.Cause      `json:"cause,omitempty"` // why the verdict is inconclusive
	Expected      bool               `json:"expected"`
	Severity      harness.Severity   `json:"severity"`
	Reason        string             `json:"reason"`
	Evidence      *harness.Evidenced `json:"evidence,omitempty"`
	Seconds       float64            `json:"seconds"`
	Reproduce     string             `json:"reproduce"`
	Statement     string             `json:"statement,omitempty"`   // the claim, where it is not confirmed
	Attempt       string             `json:"attempt,omitempty"`     // what was tried
	Remediation   string             `json:"remediation,omitempty"` // what to do about a refutation
	Known         string             `json:"known,omitempty"`       // why a refutation is expected
	Partial       bool               `json:"partial,omitempty"`     // a comparison in which not every client took part
	Finding       string             `json:"finding,omitempty"`     // what is so, where the claim was refuted
	Remark        string             `json:"remark,omitempty"`      // what a user should know about a confirmed case

	Repeated map[string]int `json:"repeated,omitempty"` // how often it came to each verdict, where it was judged more than once

	// Restarted is how the server exited that was to be judged first; empty where the first one
	// was judged.
	Restarted string `json:"restarted,omitempty"`
}

// Cell is the cell that the result was judged in.
func (r Result) Cell() harness.Cell { return harness.Cell{Version: r.Version, Topology: r.Topology} }

// Red reports whether the result alone makes a run fail.
func (r Result) Red() bool {
	switch r.Verdict {
	case harness.Confirmed, harness.NotApplicable:
		return false
	case harness.Refuted:
		return !r.Expected
	case harness.Unjudged, harness.Inconclusive:
	}
	return true
}

// Explained returns the reason and, for an inconclusive verdict, the cause's name as in
// docs/inconclusive.md.
func (r Result) Explained() string {
	if r.Cause == 0 {
		return r.Reason
	}
	return fmt.Sprintf("%s [%s]", r.Reason, r.Cause)
}

// Sentence describes the attempt, its outcome, what was expected and how to run it again. For a
// refutation it begins with the finding.
func (r Result) Sentence() string {
	found := ""
	if r.Finding != "" {
		found = r.Finding + " "
	}
	return found + fmt.Sprintf("%s %s, %s/%s: tried %s; expected it to be %s; %s; again: %s",
		r.Version, r.Topology, r.Claim, r.Case, r.Attempt, wordsOf(r.Want), r.Explained(), r.Reproduce)
}

func wordsOf(name string) string {
	var o harness.Outcome
	if o.UnmarshalText([]byte(name)) != nil {
		return name
	}
	return o.Summary()
}

// Red reports whether the run fails.
func (r Results) Red() bool {
	return len(r.Stale) > 0 || slices.ContainsFunc(r.Results, Result.Red)
}

// Count returns how many results have each verdict.
func (r Results) Count() map[harness.Verdict]int {
	n := map[harness.Verdict]int{}
	for _, x := range r.Results {
		n[x.Verdict]++
	}
	return n
}
