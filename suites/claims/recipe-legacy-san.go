package claims

import "milvus-tls-e2e/harness"

// What the older script calls SAN certificates carries a SAN.
var _ = add(harness.Claim{
	ID:          "recipe-legacy-san",
	Statement:   "The certificates that the older pages' script calls SAN certificates carry a subject alternative name.",
	Severity:    harness.SeverityHigh,
	Remediation: "Add a subjectAltName to the section v3_req of openssl.cnf: clients built with Go accept no certificate without one.",
	Sources:     []harness.Source{{Lines: "2.2-2.4", Section: createSection}},
	Needs:       recipe(),
	Cases: []harness.Case{
		inspect("the server's, as the 2.3 and 2.4 pages configure it", harness.Inspect{
			Recipe: "legacy", Fact: harness.FactSAN, File: "server.pem", Wanted: harness.RightName,
		}, harness.RecipeLegacy, harness.RecipeOneWay),
		inspect("the client's, as the 2.3 and 2.4 pages configure it", harness.Inspect{
			Recipe: "legacy", Fact: harness.FactSAN, File: "client.pem", Wanted: harness.RightName,
		}, harness.RecipeLegacy, harness.RecipeOneWay),
		inspect("the server's, as the 2.2 page configures it", harness.Inspect{
			Recipe: "legacy-san", Fact: harness.FactSAN, File: "server.pem", Wanted: harness.RightName,
		}, harness.RecipeLegacySAN),
		inspect("the client's, as the 2.2 page configures it", harness.Inspect{
			Recipe: "legacy-san", Fact: harness.FactSAN, File: "client.pem", Wanted: harness.RightName,
		}, harness.RecipeLegacySAN),
	},
})
