package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/upgrade"
	"milvus-tls-e2e/harness/requirements"
)

// A configuration file goes on meaning what it meant.
var _ = add(harness.Claim{
	ID: "upgrade-keeps-settings",
	Statement: "The old release's milvus.yaml means the same to the new release: the same ports serve the same protocols, or neither release " +
		"starts.",
	Finding:      "With the old release's milvus.yaml the new release serves another protocol on a port than the old one did.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Start from the new release's own milvus.yaml, and compare what each port speaks.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.Upgraded},
	Cases: []harness.Case{
		carried("the file as it is", harness.ConfigChange{}),
		carried("tlsEnabled", setTo("tlsEnabled", "true"), harness.Mode0, harness.Plainest),
		carried("tlsMode -1", setTo("tlsMode", "-1"), harness.Mode1, harness.Plainest),
		carried("tlsMode two", setTo("tlsMode", "two"), harness.Mode1, harness.Plainest),
		carried("tls.serverPemPath missing", missing(harness.ServerCert), harness.Mode2, harness.Plainest),
		carried("tls.serverKeyPath missing", missing(harness.ServerKey), harness.Mode2, harness.Plainest),
		carried("tls.caPemPath missing", missing(harness.CACert), harness.Mode2, harness.Plainest),
		carried("relative paths", harness.ConfigChange{Defect: harness.Relative}, harness.Mode2, harness.Plainest),
	},
})

// carried is one case: what the old release's file means, with one change.
func carried(name string, change harness.ConfigChange, needs ...harness.Feature) harness.Case {
	return harness.Case{Name: name, Want: upgrade.Kept, Needs: needs, Check: upgrade.Check{Aspect: upgrade.AspectSettings, Change: change}}
}

func missing(f harness.File) harness.ConfigChange {
	return harness.ConfigChange{File: f, Defect: harness.Missing}
}
