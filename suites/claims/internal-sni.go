package claims

import "milvus-tls-e2e/harness"

// The name that components expect is the one that they are told.
var _ = add(harness.Claim{
	ID:          "internal-sni",
	Statement:   "internaltls.sni has to be a name that the internal certificate is for: with it the server works, and with another name, or none, it works or says why it does not.",
	Severity:    harness.SeverityHigh,
	Remediation: "Set internaltls.sni to a DNS name of the internal certificate, and create a collection after the change: ready does not mean working.",
	Sources:     []harness.Source{{Lines: "2.5-3.0", Section: operatorSection}, {Lines: "2.5-3.0", Section: helmSection}},
	Since:       ">= 2.5",
	Cases: []harness.Case{
		starting("the certificate's name", harness.Change{}, harness.Operable, harness.InternalTLS),
		starting("another name", harness.Change{}, harness.Unready, harness.BadInternalSNI),
		starting("no name", harness.Change{}, harness.Operable, harness.NoInternalSNI),
	},
})
