package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/recipe"
)

// The 2.5 page's script runs.
var _ = add(harness.Claim{
	ID:          "recipe-2.5-runs",
	Statement:   "The 2.5 page's script runs with the system's OpenSSL.",
	Finding:     "The 2.5 page's script fails with the installed OpenSSL.",
	Severity:    harness.SeverityMedium,
	Remediation: "In the script, create the keys with -algorithm RSA in place of rsa:2048.",
	Sources:     []harness.Source{{Lines: "2.5-3.0", Section: createSection}},
	Needs:       recipeNeeds(harness.Recipe25, harness.RecipeOneWay),
	// Whether it does depends on OpenSSL's line, and so does what is known.
	Cases: []harness.Case{
		recipeCheck("on OpenSSL 3.0", recipe.Check{Recipe: "2.5", Fact: recipe.FactRuns, Wanted: "status 0"}, harness.OpenSSL30),
		recipeCheck("on another OpenSSL", recipe.Check{Recipe: "2.5", Fact: recipe.FactRuns, Wanted: "status 0"}, harness.OpenSSLOther),
	},
})
