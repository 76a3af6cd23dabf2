package chains

import (
	"fmt"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
)

// Facts is what a server made of many chains.
type Facts struct {
	harness.StandAlone

	Tried       int             `json:"tried"`                 // chains
	Served      int             `json:"served"`                // clients that the API answered
	Refused     int             `json:"refused"`               // clients that a TLS alert about their certificate turned away
	Open        map[string]int  `json:"open,omitempty"`        // the others, by outcome: they show nothing
	Oracle      string          `json:"oracle"`                // the Go release whose crypto/x509 they are held against
	BuiltWith   string          `json:"built_with,omitempty"`  // the Go release of the server; empty where it is not known
	Explained   int             `json:"explained,omitempty"`   // chains that the server's release is known to treat otherwise than the oracle's, and that are held against that
	Differences []Difference    `json:"differences,omitempty"` // what server and oracle do not agree on; the first of them
	Differ      int             `json:"differ,omitempty"`      // how many there are
	Seconds     float64         `json:"seconds"`               // that the server's verdicts took
	PerSecond   float64         `json:"per_second,omitempty"`  // verdicts a second
	Before      harness.Outcome `json:"before,omitempty"`      // of a good client
	After       harness.Outcome `json:"after,omitempty"`       // of the same client afterwards
}

// A Difference is a chain on which server and oracle do not agree.
type Difference struct {
	Chain  string          `json:"chain"`
	Server harness.Outcome `json:"server"`
	Oracle string          `json:"oracle"` // "accepted", or why not
}

const mostDifferences = 20

// Accepted is an oracle's answer for a chain that it accepts.
const Accepted = "accepted"

// Add counts one client's outcome and compares it with the oracle's.
func (f *Facts) Add(chain string, server harness.Outcome, oracle string) {
	f.Tried++
	switch server {
	case harness.Served:
		f.Served++
	case harness.RefusedCertificate:
		f.Refused++
	default:
		if f.Open == nil {
			f.Open = map[string]int{}
		}
		f.Open[string(server)]++
		return
	}
	if (server == harness.Served) == (oracle == Accepted) {
		return
	}
	if f.Differ++; len(f.Differences) < mostDifferences {
		f.Differences = append(f.Differences, Difference{Chain: chain, Server: server, Oracle: harness.Short(oracle)})
	}
}

func init() { harness.RegisterFacts(func() harness.Facts { return &Facts{} }) }

// Kind is "chains".
func (f *Facts) Kind() string { return "chains" }

// What a server's verdicts on chains come to.
const (
	AsX509  harness.Outcome = "as-x509"
	NotX509 harness.Outcome = "not-as-x509"
)

var _ = harness.DefineOutcomes(map[harness.Outcome]harness.Meaning{
	AsX509:  {Summary: "accepted and refused as crypto/x509 does"},
	NotX509: {Summary: "accepted or refused otherwise than crypto/x509 does"},
})

// Outcome is one of the two, or none where the chains show neither.
func (f *Facts) Outcome() harness.Outcome {
	switch {
	case f.open() != "":
		return ""
	case f.Differ > 0:
		return NotX509
	}
	return AsX509
}

func (f *Facts) open() string {
	switch {
	case f.Before != harness.Served:
		return "a good client was " + f.Before.Summary() + " before any chain was shown"
	case f.Differ > 0 && f.BuiltWith == f.Oracle:
		return ""
	case f.Served == 0 || f.Refused == 0:
		return fmt.Sprintf("of %d clients %d were served and %d refused, and of both there have to be some%s", f.Tried, f.Served, f.Refused, f.others())
	case len(f.Open) > 0:
		return "not every client was served or refused" + f.others()
	case f.After != harness.Served:
		return "a good client was " + f.After.Summary() + " after the chains"
	case f.Differ > 0:
		return fmt.Sprintf("of %d chains it treated %d otherwise than the crypto/x509 of Go %s, and it is built with %s%s", f.Tried, f.Differ, f.Oracle, f.built(), f.first())
	}
	return ""
}

func (f *Facts) built() string {
	if f.BuiltWith == "" {
		return "a Go release that is not known"
	}
	return "Go " + f.BuiltWith
}

// explained reports the differences that are known of the server's release.
func (f *Facts) explained() string {
	if f.Explained == 0 {
		return ""
	}
	return fmt.Sprintf(", but for %d, which the server's release is known to treat otherwise", f.Explained)
}

func (f *Facts) first() string {
	var names []string
	for _, d := range f.Differences[:min(3, len(f.Differences))] {
		names = append(names, fmt.Sprintf("%s was %s, and Go %s says: %s", d.Chain, d.Server.Summary(), f.Oracle, d.Oracle))
	}
	return checks.Bracketed(strings.Join(names, "; "))
}

func (f *Facts) others() string { return checks.Bracketed(checks.Tally(f.Open)) }

var _ = checks.JudgedBy(judge)

// judge holds a server's verdicts against crypto/x509. A difference refutes where both are
// of one Go release: with another one it may be that release's.
func judge(_ Check, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	f := e.Saw.(*Facts)
	switch {
	case want != AsX509:
		return checks.LeaveOpen(harness.CauseCaseMisfit, "chains cannot come to "+want.String())
	case !saw.Valid():
		return checks.LeaveOpen(harness.CauseOtherOutcome, f.open())
	case saw == NotX509:
		return checks.Refute(fmt.Sprintf("of %d chains it treated %d otherwise than the crypto/x509 of its own Go %s%s", f.Tried, f.Differ, f.Oracle, f.first()))
	}
	return checks.Confirm(fmt.Sprintf("of %d chains it served %d and refused %d, each as the crypto/x509 of Go %s does%s, in %.1f s (%.0f a second); it is built with %s",
		f.Tried, f.Served, f.Refused, f.Oracle, f.explained(), f.Seconds, f.PerSecond, f.built()))
}
