// Package recipe is about what the pages' commands for making certificates leave behind.
package recipe

import (
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
)

// A Check examines the files that a certificate recipe of the pages left when it ran on this
// machine. It needs neither server nor client.
type Check struct {
	Recipe string // the recipe's ID
	Fact   Fact
	File   string // the file that the fact is about; empty where it is about the whole recipe
	Wanted string // the page's statement, in the format of the fact
}

// Fact is one thing that can be found out about what a recipe left.
type Fact string

// The facts, with the text that reports use.
const (
	FactRuns      Fact = "how it ended"                // "status 0"
	FactFiles     Fact = "the files that it made"      // their names, sorted, with commas
	FactNoSerial  Fact = "its files but for the .srl"  // likewise
	FactSerial    Fact = "the serial number's file"    // its name
	FactSAN       Fact = "the SAN of"                  // RightName where it is among the DNS names, else the names, or "none"
	FactClientUse Fact = "the use for clients of"      // "allowed" or "not allowed"
	FactDays      Fact = "the validity of"             // "N days"
	FactName      Fact = "the CommonName of"           // the name, or "none"
	FactIssued    Fact = "who vouches for"             // "the CA file that was kept", or what OpenSSL says
	FactNew       Fact = "whether it was renewed, for" // "new" or "the old one"
)

// Facts is what a check of a recipe saw.
type Facts struct {
	harness.StandAlone

	Recipe   string   `json:"recipe"`
	OpenSSL  string   `json:"openssl"`            // the version that carried the recipe out
	Repaired string   `json:"repaired,omitempty"` // what had to be repaired for the recipe to run, and why
	Failed   string   `json:"failed,omitempty"`   // why the recipe left no files
	Wanted   string   `json:"wanted"`
	Found    string   `json:"observed"`
	Detail   string   `json:"detail,omitempty"` // what the fact was taken from
	Steps    []string `json:"steps,omitempty"`  // the commands and how they ended
}

// Resolve returns the check itself: it leaves nothing to the topology.
func (i Check) Resolve(harness.Topology) harness.Check { return i }

// Traits give that it needs no server.
func (Check) Traits(harness.Topology) harness.Traits { return harness.Traits{NoServer: true} }

// Subject is empty: there is no connection.
func (i Check) Subject() harness.Subject {
	return harness.Subject{}
}

func (i Check) String() string {
	if i.File == "" {
		return fmt.Sprintf("recipe %s: %s", i.Recipe, i.Fact)
	}
	return fmt.Sprintf("recipe %s: %s %s", i.Recipe, i.Fact, i.File)
}

func init() { harness.RegisterFacts(func() harness.Facts { return &Facts{} }) }

// Kind is "recipe".
func (f *Facts) Kind() string { return "recipe" }

// Outcome is what the facts show.
func (f *Facts) Outcome() harness.Outcome {
	switch {
	case f.Failed != "":
		return Failed
	case f.Found == f.Wanted:
		return AsDocumented
	}
	return NotAsDocumented
}

var _ = checks.JudgedBy(judge)

// judge compares the facts with the page's statement.
func judge(_ Check, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	f := e.Saw.(*Facts)
	how := " (" + f.OpenSSL
	if f.Repaired != "" {
		how += "; repaired: " + f.Repaired
	}
	if f.Detail != "" {
		how += "; " + f.Detail
	}
	how += ")"
	switch {
	case want != AsDocumented:
		return checks.LeaveOpen(harness.CauseCaseMisfit, "an inspection cannot come to "+want.String())
	case saw == Failed:
		return checks.LeaveOpen(harness.CauseRecipeFailed, "the recipe left no files: "+f.Failed+how)
	case saw == AsDocumented:
		return checks.Confirm("found " + f.Found + how)
	}
	return checks.Refute("the page says " + f.Wanted + ", found " + f.Found + how)
}

// What a recipe check can come to.
const (
	AsDocumented    harness.Outcome = "as-documented"     // the files are as the page states
	NotAsDocumented harness.Outcome = "not-as-documented" // something else was found
	Failed          harness.Outcome = "recipe-failed"     // the recipe could not be carried out, so nothing was found
)

var _ = harness.DefineOutcomes(map[harness.Outcome]harness.Meaning{
	AsDocumented:    {Summary: "as the page says"},
	NotAsDocumented: {Summary: "other than the page says"},
	Failed:          {Summary: "impossible, because the recipe failed"},
})
