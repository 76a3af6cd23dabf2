package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
)

// Components expect the configured name in each other's certificate.
var _ = add(harness.Claim{
	ID: "internal-sni",
	Statement: "internaltls.sni must be a name of the internal certificate: with it the server works; with another name, or none, it works or says " +
		"why it does not.",
	Finding:  "With a wrong or missing internaltls.sni the server becomes ready, does not work, and does not say why.",
	Severity: harness.SeverityHigh,
	Remediation: "Set internaltls.sni to a DNS name of the internal certificate, and create a collection after the change: a ready server may still " +
		"not work.",
	Sources: []harness.Source{{Lines: "2.5-3.0", Section: operatorSection}, {Lines: "2.5-3.0", Section: helmSection}},
	Since:   ">= 2.5",
	Cases: slices.Concat(
		finding("With internaltls.sni set to the certificate's name, the server does not work.",
			starting("the certificate's name", harness.ConfigChange{}, start.Operable, harness.InternalTLS)),
		finding("With a wrong internaltls.sni the server becomes ready, or does not say why it is not.",
			starting("another name", harness.ConfigChange{}, start.Unready, harness.BadInternalSNI)),
		finding("Without internaltls.sni the server becomes ready, cannot create a collection, and does not say why.",
			starting("no name", harness.ConfigChange{}, start.Operable, harness.NoInternalSNI)),
	),
})
