package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/recipe"
)

// The step-by-step commands give what the script gives. The serial number's
// file is a claim of its own.
var _ = add(harness.Claim{
	ID:          "recipe-manual-steps",
	Statement:   "The older pages' step-by-step commands give the same files as their script.",
	Finding:     "The older pages' step-by-step commands give other files than their script.",
	Severity:    harness.SeverityLow,
	Remediation: "Use the script. For the steps, set its variables in your shell first, and repeat them for the client.",
	Sources:     []harness.Source{{Lines: "2.2-2.4", Section: createSection}},
	Needs:       recipeNeeds(harness.RecipeLegacy, harness.RecipeOneWay),
	Cases: slices.Concat(
		finding("The older pages' step-by-step commands leave no client key and certificate.",
			recipeCheck("the files", recipe.Check{
				Recipe: "manual", Fact: recipe.FactNoSerial,
				Wanted: "ca.key, ca.pem, client.csr, client.key, client.pem, server.csr, server.key, server.pem",
			})),
		finding("The older pages' step-by-step commands make a server certificate without a CommonName.",
			recipeCheck("the server's CommonName", recipe.Check{
				Recipe: "manual", Fact: recipe.FactName, File: "server.pem", Wanted: harness.RightName,
			})),
		finding("The older pages' step-by-step commands make a server certificate that does not last the ten years of the script's.",
			recipeCheck("the server's validity", recipe.Check{
				Recipe: "manual", Fact: recipe.FactDays, File: "server.pem", Wanted: "3650 days",
			})),
	),
})
