package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/recipe"
	"milvus-tls-e2e/harness/requirements"
)

// Renewed certificates are accepted by clients that hold the old CA file. They
// are judged in mode 1: in mode 2 the script's client certificates, old and new,
// are refused for another reason, which recipe-2.5-client-usable is about.
var _ = add(harness.Claim{
	ID: "recipe-renew",
	Statement: "With the CA's files kept, the 2.5 page's renewal gives new certificates that the old CA file verifies, and clients that hold it " +
		"are served after a restart with them.",
	Finding: "The 2.5 page's renewal breaks something: the old CA file does not verify the new certificates, or clients that hold it are no " +
		"longer served.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Keep ca.key, ca.pem and ca.srl, and test the renewed files with a client before the old ones expire.",
	Requirements: []harness.Requirement{requirements.PCIValid, requirements.ISOCryptography},
	Sources:      []harness.Source{{Lines: "2.5-3.0", Section: renewSection}},
	Needs:        recipeNeeds(harness.Recipe25Renewed, harness.RecipeOneWay),
	Cases: slices.Concat(
		renewed("server.pem"),
		renewed("client.pem"),
		each("trusting the CA file from before", harness.Attempt{}, harness.Served, harness.Served),
	),
})

func renewed(file string) []harness.Case {
	return []harness.Case{
		recipeCheck(file+" is another", recipe.Check{Recipe: "2.5-renewed", Fact: recipe.FactNew, File: file, Wanted: "new"}),
		recipeCheck(file+" is vouched for", recipe.Check{
			Recipe: "2.5-renewed", Fact: recipe.FactIssued, File: file, Wanted: "the CA file that was kept",
		}),
	}
}
