package claims

import "milvus-tls-e2e/harness"

// What cannot be encrypted is not served.
var _ = add(harness.Claim{
	ID:     "internal-fails-closed",
	Says:   "With internal TLS on and files that it cannot use, no port of the server's components answers in plaintext.",
	Harm:   harness.HarmGrave,
	Advice: "Look for \"can't create creds\" in the log after every change of the internal certificate, and let nobody but the components reach their ports.",
	Since:  ">= 2.5",
	Cases: []harness.Case{
		starting("internal.pem missing", harness.Change{}, harness.FailedClosed, harness.NoInternalCert),
		failing(harness.InternalCert, harness.NotPEM),
		failing(harness.InternalKey, harness.Missing),
		failing(harness.InternalKey, harness.Mismatched),
		failing(harness.InternalKey, harness.Unreadable, harness.NotPrivileged),
		failing(harness.InternalCA, harness.Missing),
	},
})

// failing is one case: a server one of whose internal files cannot be used.
func failing(f harness.File, d harness.Defect, needs ...harness.Feature) harness.Case {
	return starting(string(f)+" "+string(d), harness.Change{File: f, Defect: d}, harness.FailedClosed,
		append(needs, harness.InternalAlone)...)
}
