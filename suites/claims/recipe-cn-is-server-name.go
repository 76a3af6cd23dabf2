package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// A client's server name is the CommonName.
var _ = add(harness.Claim{
	ID:           "recipe-cn-is-server-name",
	Statement:    "A client must expect the CommonName as the server's name: then it is served; with another name it refuses the server.",
	Finding:      "A client that expects the CommonName refuses the server, or one that expects another name accepts it.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Put the name that clients expect into the certificate's subject alternative names as well.",
	Requirements: []harness.Requirement{requirements.NISTServerCert, requirements.NISTServerAuth},
	Sources:      []harness.Source{{Lines: "2.2-3.0", Section: createSection}},
	Needs:        recipeNeeds(),
	Cases: slices.Concat(
		finding("A client that expects the certificate's CommonName is not served.",
			need(each("expecting the CommonName", harness.Attempt{}, harness.Served, harness.Served), harness.RecipeOneWay)...),
		finding("A client that expects the certificate's CommonName is not served.",
			need(each("in mode 2, of the older pages, expecting the CommonName", harness.Attempt{}, harness.Served, harness.Served),
				harness.RecipeMutual, harness.RecipeOlder)...),
		need(each("expecting "+otherName, harness.Attempt{Name: otherName}, harness.RefusedByClient, harness.RefusedByClient),
			harness.Recipe25, harness.RecipeOneWay),
		need(each("of the 2.2 page, expecting "+otherName, harness.Attempt{Name: otherName}, harness.RefusedByClient, harness.RefusedByClient),
			harness.RecipeLegacySAN),
	),
})
