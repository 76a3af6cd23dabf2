package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/requirements"
)

// What cannot be encrypted is not served.
var _ = add(harness.Claim{
	ID:        "internal-fails-closed",
	Statement: "With internal TLS on and files that it cannot use, no port of the server's components answers in plaintext.",
	Finding:   "With internal TLS on and certificate files that it cannot use, a component serves plaintext.",
	Severity:  harness.SeverityCritical,
	Remediation: "Search the log for \"can't create creds\" after every change of the internal certificate, and let only the components reach their " +
		"ports.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.PCIVersions, requirements.ISOCryptography},
	Since:        ">= 2.5",
	Cases: slices.Concat(
		failing("internal.pem missing", harness.ConfigChange{}, harness.NoInternalCert),
		failing("one component's internal TLS wrong", harness.ConfigChange{}, harness.OneOdd),
		failingOver(harness.InternalCert, harness.NotPEM),
		failingOver(harness.InternalKey, harness.Missing),
		failingOver(harness.InternalKey, harness.Mismatched),
		failingOver(harness.InternalKey, harness.Unreadable, harness.NotPrivileged),
		failingOver(harness.InternalCA, harness.Missing),
	),
})

// failingOver makes a server one of whose internal files cannot be used one case
// for each of its components.
func failingOver(f harness.File, d harness.Defect, needs ...harness.Feature) []harness.Case {
	return failing(string(f)+" "+string(d), harness.ConfigChange{File: f, Defect: d}, append(needs, harness.InternalAlone)...)
}

// failing makes one start one case for each component that the release has.
func failing(name string, change harness.ConfigChange, needs ...harness.Feature) []harness.Case {
	var cases []harness.Case
	for _, port := range harness.InternalPorts {
		cases = append(cases, harness.Case{
			Name: name + ": " + port.Component(), Want: start.FailedClosed,
			Needs: append(slices.Clone(needs), port.RoleFeature()),
			Check: start.Check{Change: change, Port: port},
		})
	}
	return cases
}
