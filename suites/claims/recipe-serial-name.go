package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/recipe"
)

// The serial number's file has the name that the page gives.
var _ = add(harness.Claim{
	ID:          "recipe-serial-name",
	Statement:   "The file with the CA's serial number has the name that the page gives it.",
	Finding:     "The file with the CA's serial number has another name than the page gives.",
	Severity:    harness.SeverityLow,
	Remediation: "Keep ca.srl: OpenSSL names the file after the CA's certificate.",
	Sources:     []harness.Source{{Lines: "2.2-3.0", Section: createSection}},
	Needs:       recipeNeeds(harness.RecipeOneWay),
	Cases: []harness.Case{
		recipeCheck("the 2.5 page's", recipe.Check{
			Recipe: "2.5", Fact: recipe.FactSerial, Wanted: "ca.srl",
		}, harness.Recipe25),
		recipeCheck("the older pages' steps", recipe.Check{
			Recipe: "manual", Fact: recipe.FactSerial, Wanted: "aca.srl",
		}, harness.RecipeLegacy),
	},
})
