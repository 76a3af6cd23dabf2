package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// All clients come to the same verdict about the same server.
var _ = add(harness.Claim{
	ID:          "clients-agree",
	Statement:   "With the same files against the same server all clients come to the same verdict.",
	Severity:    harness.SeverityHigh,
	Remediation: "Do not conclude from one client that another is served or refused; the result says what differs.",
	Cases: slices.Concat(
		need([]harness.Case{
			agreeing("as configured", harness.Attempt{}),
			agreeing("without login", harness.Attempt{Login: harness.LoginNone}, harness.Users), // milvus-docs#2518
			agreeing("a wrong password", harness.Attempt{Login: harness.LoginWrong}, harness.Users),
			agreeing("TLS to plaintext", harness.Attempt{Over: harness.WireTLS}, harness.Mode0), // pymilvus#1706
			agreeing("plaintext to TLS", harness.Attempt{Over: harness.WirePlain}, harness.AnyTLS),
			agreeing("expecting "+otherName, harness.Attempt{Name: otherName}, harness.AnyTLS),
			agreeing("trusting another CA", harness.Attempt{Trusting: harness.TrustOther}, harness.AnyTLS),
			agreeing("trusting server.pem alone", harness.Attempt{Trusting: harness.TrustServer}, harness.AnyTLS),
			agreeing("without a certificate", harness.Attempt{As: harness.Nobody}, harness.Mode2),
			agreeing("a certificate for serverAuth alone", harness.Attempt{As: pki.ServerAuthOnly}, harness.Mode2),
			agreeing("an Ed25519 key", harness.Attempt{As: pki.EdwardsKey}, harness.Mode2),
			agreeing("a certificate where none is asked for", harness.Attempt{As: harness.Good}, harness.Mode1),
		}, harness.KnownMode, harness.EveryClient),
		need([]harness.Case{
			// What a client is given and leaves unused, it does not complain about.
			agreeing("server_pem_path beside the client's files", harness.Attempt{Form: harness.FormBothFiles}, harness.Mode2),
			agreeing("ca_pem_path alone", harness.Attempt{Form: harness.FormCAAlone}, harness.Mode1),    // pymilvus#2785
			agreeing("server_name left out", harness.Attempt{Form: harness.FormNoName}, harness.AnyTLS), // pymilvus#1962
			agreeing("secure left out", harness.Attempt{Form: harness.FormNoSecure}, harness.AnyTLS),
			agreeing("after a good client in the same process", harness.Attempt{As: harness.Nobody, Form: harness.FormSecond}, harness.Mode2),
		}, harness.KnownMode, harness.EveryClient),
		[]harness.Case{
			agreeing("a server certificate without a SAN", harness.Attempt{}, recipe(harness.RecipeOneWay, harness.RecipeLegacy)...),
		},
	),
})

// agreeing is one case: an attempt made by every client of the run.
func agreeing(name string, a harness.Attempt, needs ...harness.Feature) harness.Case {
	return harness.Case{Name: name, Want: harness.Agreed, Needs: needs, Look: harness.Parity{Attempt: a}}
}
