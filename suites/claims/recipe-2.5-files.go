package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/recipe"
)

// The 2.5 page's script leaves seven files.
var _ = add(harness.Claim{
	ID:          "recipe-2.5-files",
	Statement:   "The 2.5 page's script leaves exactly seven files: the CA's key, certificate and serial number, and the server's and the client's key and certificate.",
	Finding:     "The 2.5 page's script leaves other files than the seven that the page names.",
	Severity:    harness.SeverityLow,
	Remediation: "Copy the files by their names, and ignore what the page does not name.",
	Sources:     []harness.Source{{Lines: "2.5-3.0", Section: createSection}},
	Needs:       recipeNeeds(harness.Recipe25, harness.RecipeOneWay),
	Cases: []harness.Case{
		recipeCheck("the files", recipe.Check{
			Recipe: "2.5", Fact: recipe.FactFiles,
			Wanted: "ca.key, ca.pem, ca.srl, client.key, client.pem, server.key, server.pem",
		}),
	},
})
