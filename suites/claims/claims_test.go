package claims

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/Masterminds/semver/v3"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/compare"
	"milvus-tls-e2e/harness/checks/recipe"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/checks/upgrade"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/requirements"
)

func TestOneClaimOneFile(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, c := range All() {
		if ids[c.ID] {
			t.Errorf("%s is claimed twice", c.ID)
		}
		ids[c.ID] = true
		if filepath.Base(c.File) != c.ID+".go" {
			t.Errorf("%s stands in %s", c.ID, c.File)
		}
	}
	for _, f := range files {
		if id := strings.TrimSuffix(f, ".go"); !ids[id] && f != "claims.go" && f != "cases.go" && !strings.HasSuffix(f, "_test.go") {
			t.Errorf("%s holds no claim %s", f, id)
		}
	}
}

func TestEveryClaimIsWhole(t *testing.T) {
	for _, c := range All() {
		if !strings.HasSuffix(c.Statement, ".") || !strings.HasSuffix(c.Remediation, ".") || len(c.Cases) == 0 {
			t.Errorf("%s lacks its sentence, what to do or its cases", c.ID)
		}
		if _, err := c.Severity.MarshalText(); err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
		if _, err := semver.NewConstraint(c.Since); c.Since != "" && err != nil {
			t.Errorf("%s: Since: %v", c.ID, err)
		}
		names := map[string]bool{}
		for _, one := range c.Cases {
			if names[one.Name] || one.Name == plan.AllCases || one.Name == "" {
				t.Errorf("%s: the name %q is taken or none", c.ID, one.Name)
			}
			names[one.Name] = true
			if !one.Want.Valid() || one.Check == nil {
				t.Errorf("%s/%s wants no outcome or makes no check", c.ID, one.Name)
			}
		}
	}
}

// Whoever reads a finding must not read the claim, which is the opposite of what is so.
func TestEveryFindingSaysWhatIsSo(t *testing.T) {
	said := map[string]string{} // the claim, by its finding
	for _, c := range All() {
		for _, one := range append([]harness.Case{{}}, c.Cases...) {
			for _, saw := range append(harness.Outcomes(), "") {
				switch f := c.FindingOf(one, saw); {
				case f == "" || !strings.HasSuffix(f, "."):
					t.Errorf("%s/%s: %q is no sentence", c.ID, one.Name, f)
				case plainly(f) == plainly(c.Statement):
					t.Errorf("%s/%s: the finding says what is claimed: %s", c.ID, one.Name, f)
				case said[f] != "" && said[f] != c.ID:
					t.Errorf("%s and %s have one finding: %s", c.ID, said[f], f)
				default:
					said[f] = c.ID
				}
			}
		}
	}
}

// plainly strips a sentence of what does not make it another.
func plainly(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

func TestEveryRequirementIsKnownAndHasItsClaims(t *testing.T) {
	shown := map[harness.Requirement]int{}
	for _, c := range All() {
		for _, r := range c.Requirements {
			shown[r]++
		}
	}
	for _, r := range requirements.All {
		if none := strings.HasPrefix(r.Beyond, "All of it"); none != (shown[r.Key] == 0) {
			t.Errorf("%s has %d claims, and what is beyond them is %q", r.Key, shown[r.Key], r.Beyond)
		}
		delete(shown, r.Key)
	}
	for r := range shown {
		t.Errorf("no requirement %s is known", r)
	}
}

// A start can only come to what starts come to, and an attempt to what
// attempts come to: anything else could never be confirmed.
func TestEveryWantFitsItsCheck(t *testing.T) {
	starts := map[harness.Outcome]bool{start.StartedTLS: true, start.StartedPlain: true, start.NotStarted: true, start.RESTExplained: true,
		start.InternalOverTLS: true, start.InternalLogged: true, start.Unready: true, start.UnreadyShown: true,
		start.FailedClosed: true, start.LockedOut: true, start.FailureStatus: true, start.HSTSAsConfigured: true, start.Operable: true, start.OddShown: true, start.OddNamed: true}
	for _, c := range All() {
		for _, one := range c.Cases {
			upgradeCheck, is := one.Check.(upgrade.Check)
			if is && upgradeCheck.Aspect != upgrade.AspectStart {
				if one.Want != upgrade.Kept {
					t.Errorf("%s/%s: an upgrade cannot come to %v", c.ID, one.Name, one.Want)
				}
				continue
			}
			if _, compares := one.Check.(compare.Clients); compares != (one.Want == compare.Agreed) {
				t.Errorf("%s/%s: a %T cannot come to %v", c.ID, one.Name, one.Check, one.Want)
			}
			_, start := one.Check.(start.Check)
			_, recipeCheck := one.Check.(recipe.Check)
			if (start || is) != starts[one.Want] || recipeCheck != (one.Want == recipe.AsDocumented) {
				t.Errorf("%s/%s: a %T cannot come to %v", c.ID, one.Name, one.Check, one.Want)
			}
		}
	}
}
