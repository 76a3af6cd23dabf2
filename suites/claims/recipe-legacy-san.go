package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/recipe"
	"milvus-tls-e2e/harness/requirements"
)

// What the older script calls SAN certificates carries a SAN.
var _ = add(harness.Claim{
	ID:           "recipe-legacy-san",
	Statement:    "The certificates that the older pages' script calls SAN certificates carry a subject alternative name.",
	Finding:      "The older pages' script makes certificates without the subject alternative name that the page promises.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Add a subjectAltName to the section v3_req of openssl.cnf.",
	Requirements: []harness.Requirement{requirements.NISTServerCert},
	Sources:      []harness.Source{{Lines: "2.2-2.4", Section: createSection}},
	Needs:        recipeNeeds(),
	Cases: slices.Concat(
		finding("The 2.3 and 2.4 pages' script makes a server certificate without the subject alternative name: clients built with Go refuse such a certificate.",
			recipeCheck("the server's, as the 2.3 and 2.4 pages configure it", recipe.Check{
				Recipe: "legacy", Fact: recipe.FactSAN, File: "server.pem", Wanted: harness.RightName,
			}, harness.RecipeLegacy, harness.RecipeOneWay)),
		finding("The 2.3 and 2.4 pages' script makes a client certificate without a subject alternative name.",
			recipeCheck("the client's, as the 2.3 and 2.4 pages configure it", recipe.Check{
				Recipe: "legacy", Fact: recipe.FactSAN, File: "client.pem", Wanted: harness.RightName,
			}, harness.RecipeLegacy, harness.RecipeOneWay)),
		finding("The 2.2 page's script makes a server certificate without the subject alternative name: clients built with Go refuse such a certificate.",
			recipeCheck("the server's, as the 2.2 page configures it", recipe.Check{
				Recipe: "legacy-san", Fact: recipe.FactSAN, File: "server.pem", Wanted: harness.RightName,
			}, harness.RecipeLegacySAN)),
		finding("The 2.2 page's script makes a client certificate without a subject alternative name.",
			recipeCheck("the client's, as the 2.2 page configures it", recipe.Check{
				Recipe: "legacy-san", Fact: recipe.FactSAN, File: "client.pem", Wanted: harness.RightName,
			}, harness.RecipeLegacySAN)),
	),
})
