package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/recipe"
	"milvus-tls-e2e/harness/requirements"
)

// How long the pages' certificates last.
var _ = add(harness.Claim{
	ID:           "recipe-validity",
	Statement:    "The server's and the client's certificates last ten years, and the 2.5 page's CA a hundred.",
	Finding:      "The certificates last longer or shorter than the page's script promises.",
	Severity:     harness.SeverityLow,
	Remediation:  "Read the certificates' own dates, and renew them in time.",
	Requirements: []harness.Requirement{requirements.PCIValid},
	Sources:      []harness.Source{{Lines: "2.2-3.0", Section: createSection}},
	Needs:        recipeNeeds(harness.RecipeOneWay),
	Cases: slices.Concat(
		lasting("2.5", harness.Recipe25),
		lasting("2.5-renewed", harness.Recipe25Renewed),
		lasting("legacy", harness.RecipeLegacy),
		[]harness.Case{recipeCheck("2.5's CA", recipe.Check{
			Recipe: "2.5", Fact: recipe.FactDays, File: "ca.pem", Wanted: "36500 days",
		}, harness.Recipe25)},
	),
})

func lasting(id string, needs harness.Feature) []harness.Case {
	var cases []harness.Case
	for _, leaf := range []string{"server", "client"} {
		cases = append(cases, recipeCheck(id+"'s "+leaf+" certificate", recipe.Check{
			Recipe: id, Fact: recipe.FactDays, File: leaf + ".pem", Wanted: "3650 days",
		}, needs))
	}
	return cases
}
