package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/recipe"
)

// The older script leaves nine files.
var _ = add(harness.Claim{
	ID:          "recipe-legacy-files",
	Statement:   "The older pages' script leaves nine files: the 2.5 page's seven, and the server's and the client's request.",
	Finding:     "The older pages' script leaves other files than the nine that the pages name.",
	Severity:    harness.SeverityLow,
	Remediation: "Copy the files by their names, and ignore what the page does not name.",
	Sources:     []harness.Source{{Lines: "2.2-2.4", Section: createSection}},
	Needs:       recipeNeeds(harness.RecipeLegacy, harness.RecipeOneWay),
	Cases: []harness.Case{
		recipeCheck("the files", recipe.Check{
			Recipe: "legacy", Fact: recipe.FactFiles,
			Wanted: "ca.key, ca.pem, ca.srl, client.csr, client.key, client.pem, server.csr, server.key, server.pem",
		}),
	},
})
