package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/recipe"
	"milvus-tls-e2e/harness/requirements"
)

// The 2.5 page's client certificate works in mode 2.
var _ = add(harness.Claim{
	ID:           "recipe-2.5-client-usable",
	Statement:    "The client certificate of the 2.5 page's script works as a client certificate in mode 2.",
	Finding:      "Mode 2 refuses the client certificate that the 2.5 page's script makes.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Sign the client's certificate with extendedKeyUsage = clientAuth, or without extended key usage.",
	Requirements: []harness.Requirement{requirements.NISTClientCert},
	Sources:      []harness.Source{{Lines: "2.5-3.0", Section: createSection}},
	Needs:        recipeNeeds(harness.Recipe25, harness.RecipeMutual),
	Cases: slices.Concat(
		finding("The 2.5 page's script makes client certificates whose extended key usage does not allow client authentication.", recipeCheck("its extended key usage", recipe.Check{
			Recipe: "2.5", Fact: recipe.FactClientUse, File: "client.pem", Wanted: "allowed",
		})),
		each("with the script's client certificate", harness.Attempt{Identity: harness.Good}, harness.Served, harness.Served),
	),
})
