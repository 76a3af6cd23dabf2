package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
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
	Needs:       recipe(harness.RecipeLegacy, harness.RecipeOneWay),
	Cases: slices.Concat(
		finding("The older pages' step-by-step commands leave no client key and certificate.",
			recipeCheck("the files", harness.RecipeCheck{
				Recipe: "manual", Fact: harness.FactNoSerial,
				Wanted: "ca.key, ca.pem, client.csr, client.key, client.pem, server.csr, server.key, server.pem",
			})),
		finding("The older pages' step-by-step commands make a server certificate without a CommonName.",
			recipeCheck("the server's CommonName", harness.RecipeCheck{
				Recipe: "manual", Fact: harness.FactName, File: "server.pem", Wanted: harness.RightName,
			})),
		finding("The older pages' step-by-step commands make a server certificate that does not last the ten years of the script's.",
			recipeCheck("the server's validity", harness.RecipeCheck{
				Recipe: "manual", Fact: harness.FactDays, File: "server.pem", Wanted: "3650 days",
			})),
	),
})
