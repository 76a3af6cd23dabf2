package claims

import "milvus-tls-e2e/harness"

// Nobody is let in by certificates that nobody chose.
var _ = add(harness.Claim{
	ID:          "shipped-ca-not-default",
	Statement:   "A server in mode 2 whose tls.* is left as its distribution has it does not start, or refuses whoever has the CA key that the distribution ships.",
	Severity:    harness.SeverityCritical,
	Remediation: "Set tls.serverPemPath, tls.serverKeyPath and tls.caPemPath to files of your own before you set tlsMode, and never keep clients' data behind the shipped ones.",
	Needs:       []harness.Feature{harness.Mode2, harness.Plainest, harness.ShipsCA},
	Cases:       []harness.Case{starting("tls.* as shipped", harness.Change{Shipped: true}, harness.LockedOut)},
})
