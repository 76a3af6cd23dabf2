package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/recipe"
	"milvus-tls-e2e/harness/requirements"
)

// The 2.5 page's certificates carry a SAN.
var _ = add(harness.Claim{
	ID:           "recipe-2.5-san",
	Statement:    "The server certificate of the 2.5 page's script names the CommonName as a DNS subject alternative name.",
	Finding:      "The server certificate of the 2.5 page's script has no subject alternative name with the CommonName.",
	Severity:     harness.SeverityMedium,
	Remediation:  "Add a subjectAltName to the extensions that signing adds: clients built with Go accept no certificate without one.",
	Requirements: []harness.Requirement{requirements.NISTServerCert},
	Sources:      []harness.Source{{Lines: "2.5-3.0", Section: createSection}},
	Needs:        recipeNeeds(harness.Recipe25, harness.RecipeOneWay),
	Cases: []harness.Case{
		recipeCheck("the server's certificate", recipe.Check{
			Recipe: "2.5", Fact: recipe.FactSAN, File: "server.pem", Wanted: harness.RightName,
		}),
	},
})
