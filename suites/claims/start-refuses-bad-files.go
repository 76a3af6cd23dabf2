package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/requirements"
)

// A server that cannot use its files does not start, and names the file.
var _ = add(harness.Claim{
	ID: "start-refuses-bad-files",
	Statement: "A certificate, key or CA file that is missing, unreadable, empty, mismatched or not PEM stops the start within 10 s, with a reason " +
		"that names the file, what is in it, or its setting.",
	Finding:      "A server starts with a certificate, key or CA file that it cannot use, or ends without saying which file is wrong.",
	Severity:     harness.SeverityHigh,
	Remediation:  "Check the files before a restart, and compare the served certificate afterwards.",
	Requirements: []harness.Requirement{requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.Mode2, harness.Plainest},
	Cases: slices.Concat(
		spoilt(harness.ServerCert),
		spoilt(harness.ServerKey),
		spoilt(harness.CACert),
		[]harness.Case{starting("server.key of another certificate",
			harness.ConfigChange{File: harness.ServerKey, Defect: harness.Mismatched}, start.NotStarted)},
	),
})

func spoilt(f harness.File) []harness.Case {
	with := func(d harness.Defect, needs ...harness.Feature) harness.Case {
		return starting(string(f)+" "+string(d), harness.ConfigChange{File: f, Defect: d}, start.NotStarted, needs...)
	}
	return []harness.Case{
		with(harness.Missing), with(harness.Empty), with(harness.NotPEM), with(harness.Unreadable, harness.NotPrivileged),
	}
}
