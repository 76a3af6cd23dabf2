package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
)

// A server that is given something other than a file, or an unreadable file, reports that.
var _ = add(harness.Claim{
	ID: "start-refuses-odd-files",
	Statement: "A folder or a pipe in the place of a certificate, key or CA file, a file of another kind, a key that a password protects and a file " +
		"with a byte order mark stop the start within 10 s, with a reason that names the file, what is in it, or its setting.",
	Finding:     "A server starts with something in a file's place that it cannot use, waits for it for ever, or ends without saying which file is wrong.",
	Severity:    harness.SeverityMedium,
	Remediation: "Check the files before a restart, and bound how long the start may take.",
	Needs:       []harness.Feature{harness.Mode2, harness.Plainest},
	Cases: slices.Concat(
		[]harness.Case{odd(harness.ServerKey, harness.Encrypted), odd(harness.ServerCert, harness.OtherKind), odd(harness.CACert, harness.Folder)},
		need([]harness.Case{odd(harness.ServerKey, harness.Pipe)}, harness.SpecialFiles),
		need(oddly(odd, [][]harness.Defect{
			{harness.WithBOM, harness.Folder},
			{harness.WithBOM, harness.Folder, harness.OtherKind},
			{harness.WithBOM, harness.OtherKind},
		}), harness.WholeMatrix),
		need([]harness.Case{odd(harness.ServerCert, harness.Pipe), odd(harness.CACert, harness.Pipe)}, harness.WholeMatrix, harness.SpecialFiles),
	),
})

// oddFileBound is after how many seconds a server that neither ends nor becomes ready is
// given up: more than it has to end in.
const oddFileBound = start.Bound + 2

// odd is one case: a start with something wrong in a file's place, over which it may hang.
func odd(f harness.File, d harness.Defect) harness.Case {
	return harness.Case{Name: string(f) + " " + string(d), Want: start.NotStarted, Check: start.Check{Change: harness.ConfigChange{File: f, Defect: d}, Within: oddFileBound}}
}

// oddly makes defects of the certificate, the key and the CA file one case each.
func oddly(one func(harness.File, harness.Defect) harness.Case, of [][]harness.Defect) (cases []harness.Case) {
	for i, f := range []harness.File{harness.ServerCert, harness.ServerKey, harness.CACert} {
		for _, d := range of[i] {
			cases = append(cases, one(f, d))
		}
	}
	return cases
}
