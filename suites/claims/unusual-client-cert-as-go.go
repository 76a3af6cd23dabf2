package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/features"
	"milvus-tls-e2e/harness/pki"
)

// Where the standards leave it to the verifier, a server does what its Go does.
var _ = add(harness.Claim{
	ID: "unusual-client-cert-as-go",
	Statement: "In mode 2 a client certificate that breaks a rule for issuers alone, or is unusual and breaks none, " +
		"is served where the Go release that the server is built with accepts it, and refused where it does not.",
	Finding:  "The server treats an unusual client certificate otherwise than the Go release that it is built with.",
	Severity: harness.SeverityLow,
	Remediation: "Find out what changed how this server checks client certificates: a patched Go, a GODEBUG setting, or a check of its own. " +
		"Issue certificates without the deviation, which every release treats alike.",
	Needs: []harness.Feature{harness.Mode2, harness.Plainest},
	Cases: deviating(func(d pki.Deviation) bool { return d.Binds != pki.BindsVerifier }, asGo),
})

// asGo wants of a deviation what each Go release does. A case is asked of the servers that
// it is about.
func asGo(d pki.Deviation) []harness.Case {
	attempt := harness.Attempt{Identity: d.Name}
	served, refused := rawly(ruled(d), attempt, harness.Served), rawly(ruled(d), attempt, harness.RefusedCertificate)
	for i := range served {
		served[i].Remark, refused[i].Remark = disagrees(d, true), disagrees(d, false)
	}
	switch {
	case d.Go == pki.EveryGo:
		return served
	case d.Go.Since == "":
		return refused
	}
	for i := range served {
		served[i].Name += ", before Go " + d.Go.Before
		refused[i].Name += ", since Go " + d.Go.Before
	}
	return append(need(served, features.GoBefore(d.Go.Before)), need(refused, features.GoSince(d.Go.Before))...)
}

// disagrees describes OpenSSL's treatment of a deviation where Go's differs.
func disagrees(d pki.Deviation, served bool) string {
	switch {
	case served && !d.OpenSSLAccepts():
		return "OpenSSL refuses this certificate (" + d.OpenSSL + ")"
	case !served && d.OpenSSLAccepts():
		return "OpenSSL accepts this certificate"
	}
	return ""
}
