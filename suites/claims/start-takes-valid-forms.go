package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
)

// What is right in another form is right.
var _ = add(harness.Claim{
	ID: "start-takes-valid-forms",
	Statement: "A server starts with a key as PKCS#1 or SEC 1 has it, with files that have CRLF at the end of their lines or text behind what is in " +
		"them, and with symbolic links to its files.",
	Finding:     "A server does not start with a certificate, key or CA file in a form in which nothing is wrong.",
	Severity:    harness.SeverityLow,
	Remediation: "Write the file again as OpenSSL writes it: PEM with LF, and the key as PKCS#8.",
	Needs:       []harness.Feature{harness.Mode2, harness.Plainest},
	Cases: slices.Concat(
		[]harness.Case{formed(harness.ServerKey, harness.Traditional), formed(harness.CACert, harness.WithText)},
		need([]harness.Case{formed(harness.ServerCert, harness.Link)}, harness.SpecialFiles),
		need(oddly(formed, [][]harness.Defect{
			{harness.WithCRLF, harness.WithText},
			{harness.WithCRLF, harness.WithText},
			{harness.WithCRLF},
		}), harness.WholeMatrix),
		need([]harness.Case{formed(harness.ServerKey, harness.Link), formed(harness.CACert, harness.Link)}, harness.WholeMatrix, harness.SpecialFiles),
	),
})

// formed is one case: a start with a file in another form.
func formed(f harness.File, d harness.Defect) harness.Case {
	return starting(string(f)+" "+string(d), harness.ConfigChange{File: f, Defect: d}, start.StartedTLS)
}
