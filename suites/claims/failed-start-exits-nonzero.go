package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
)

// A failed start is visible in the exit status.
var _ = add(harness.Claim{
	ID:        "failed-start-exits-nonzero",
	Statement: "A server whose start fails exits with a status other than 0, so that a supervisor restarts it.",
	Finding:   "A server whose start failed exits with status 0, so a supervisor that restarts failed processes does not restart it.",
	Severity:  harness.SeverityMedium,
	Remediation: "Let the supervisor restart the server whatever its status is (Compose: restart: always), and alert on a server that answers no " +
		"data call.",
	Cases: slices.Concat(
		need(failed(harness.ServerCert, harness.Missing, harness.Empty, harness.NotPEM), harness.Mode2, harness.Plainest),
		need(failed(harness.ServerKey, harness.Missing, harness.Empty, harness.NotPEM, harness.Mismatched), harness.Mode2, harness.Plainest),
		need(failed(harness.CACert, harness.Missing, harness.Empty, harness.NotPEM), harness.Mode2, harness.Plainest),
		need(failed(harness.InternalCA, harness.Missing), harness.InternalAlone),
		[]harness.Case{
			starting("a tlsMode that has no meaning", harness.ConfigChange{}, start.FailureStatus, harness.OddMode),
			starting("tlsMode -1", setTo("tlsMode", "-1"), start.FailureStatus, harness.Mode1, harness.Plainest),
			starting("REST on a port that it cannot have", harness.ConfigChange{}, start.FailureStatus, harness.AnyTLS, harness.NoUsers, harness.RESTShared, harness.RefusesShared),
		},
	),
})

// failed makes a start with each defect of a file one case.
func failed(f harness.File, defects ...harness.Defect) []harness.Case {
	var cases []harness.Case
	for _, d := range defects {
		cases = append(cases, starting(string(f)+" "+string(d), harness.ConfigChange{File: f, Defect: d}, start.FailureStatus))
	}
	return cases
}
