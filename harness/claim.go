package harness

import (
	"cmp"
	"fmt"
)

// A Claim is one statement of the documentation about TLS in Milvus, or one that a user may
// rightly expect although no page makes it.
type Claim struct {
	ID          string             // stable key, equal to the name of the file that holds the claim
	Statement   string             // the claim in the project's own words
	Finding     string             // the consequence when it fails, for operators
	FindingIf   map[Outcome]string // the same, sharper, where this outcome was observed
	Severity    Severity           // how bad it is for a user when a server refutes it
	Remediation string             // what a user does about a refutation
	Sources     []Source           // where pages make the claim; empty when none does
	Chapter     Chapter            // what part of the page it is about

	// Requirements are those of security standards that a verdict on the claim is
	// evidence for. Most claims about pages and clients are evidence for none.
	Requirements []Requirement

	Since string    // semver constraint on a release's core version; empty means every release
	Needs []Feature // a cell without all of these is not asked
	Cases []Case

	// Live allows the claim at a deployment in use: it only connects and asks, as clients do.
	Live bool

	File string // source file that declares the claim, for failure reports
	Line int    // line in File
}

// A Requirement is the key of something that a security standard asks for.
type Requirement string

// A Source is a place in the documentation: the release line whose page makes
// the claim, and the heading under which it does.
type Source struct {
	Lines   string // release lines, such as "2.3-2.5"
	Section string // heading of the section, in English
}

// A Case is one way to judge a claim: one check of the server, and the one
// outcome that confirms the claim.
type Case struct {
	Name string // unique within the claim; reads aloud after the claim's ID

	// Finding and FindingIf replace the claim's finding where the consequence of this case
	// differs.
	Finding   string
	FindingIf map[Outcome]string

	Want  Outcome   // what confirms the claim
	Needs []Feature // further features that only this case needs
	Check Check

	// Remark is what a user should know when the case is confirmed, although
	// nothing is wrong with the server; empty for most.
	Remark string
}

// FindingOf returns the finding of a case that failed when saw was observed.
func (c Claim) FindingOf(one Case, saw Outcome) string {
	return cmp.Or(one.FindingIf[saw], one.Finding, c.FindingIf[saw], c.Finding)
}

// Chapter is the part of the documentation page that a claim is about.
type Chapter int

// The chapters, in the order of the page; claims that no page makes come last.
const (
	_ Chapter = iota
	ChapterCertificates
	ChapterServer
	ChapterInternal
	ChapterClients
	ChapterDeployment
	ChapterBeyond
)

func (c Chapter) String() string {
	switch c {
	case ChapterCertificates:
		return "Certificates"
	case ChapterServer:
		return "Server"
	case ChapterInternal:
		return "Internal TLS"
	case ChapterClients:
		return "Clients"
	case ChapterDeployment:
		return "Deployment"
	case ChapterBeyond:
	}
	return "Beyond the pages"
}

// Severity is how bad a refuted claim is for operators.
type Severity int

// The severities. The zero value is none of them.
const (
	_                Severity = iota
	SeverityLow               // a nuisance, or a page that misleads without opening anything
	SeverityMedium            // something a user relies on does not work, visibly
	SeverityHigh              // something a user relies on does not work, silently
	SeverityCritical          // data or credentials are disclosed
	severityEnd               // one past the last
)

var severityNames = [severityEnd]string{SeverityLow: "low", SeverityMedium: "medium", SeverityHigh: "high", SeverityCritical: "critical"}

func (s Severity) String() string { return enumName(s, severityNames[:], "severity") }

// MarshalText writes the severity by name.
func (s Severity) MarshalText() ([]byte, error) { return enumMarshal(s, severityNames[:], "severity") }

// UnmarshalText reads a severity by name; an unknown name is an error.
func (s *Severity) UnmarshalText(b []byte) error {
	return enumUnmarshal(s, b, severityNames[:], "severity")
}

// The closed sets of this package (Severity, Outcome, Verdict) are integers
// whose zero value is invalid and which are written by name. These three serve
// them all, so that an unknown name is an error everywhere.

func enumName[T ~int](v T, names []string, kind string) string {
	if v > 0 && int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("invalid %s %d", kind, int(v))
}

func enumMarshal[T ~int](v T, names []string, kind string) ([]byte, error) {
	if v > 0 && int(v) < len(names) {
		return []byte(names[v]), nil
	}
	return nil, fmt.Errorf("write %s: %d is not one of %v", kind, int(v), names[1:])
}

func enumUnmarshal[T ~int](v *T, text []byte, names []string, kind string) error {
	for i, name := range names {
		if i > 0 && name == string(text) {
			*v = T(i)
			return nil
		}
	}
	return fmt.Errorf("read %s: %q is not one of %v", kind, text, names[1:])
}
