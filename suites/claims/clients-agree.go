package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/compare"
	"milvus-tls-e2e/harness/pki"
)

// All clients come to the same verdict about the same server.
var _ = add(harness.Claim{
	ID:          "clients-agree",
	Statement:   "With the same files against the same server, all clients are served or none is.",
	Finding:     "With the same files against the same server, some clients are served and others are not.",
	Severity:    harness.SeverityHigh,
	Remediation: "Test each client that you use: what one client does says nothing about another.",
	Cases: slices.Concat(
		need([]harness.Case{
			agreeing("as configured", "With the documented settings not every client is served.",
				harness.Attempt{}),
			agreeing("without login", "Without a login some clients are served.",
				harness.Attempt{Login: harness.LoginNone}, harness.Users), // milvus-docs#2518
			agreeing("a wrong password", "With a wrong password some clients are served.",
				harness.Attempt{Login: harness.LoginWrong}, harness.Users),
			agreeing("TLS to plaintext", "Of TLS clients at a plaintext port, some are served and others are not.",
				harness.Attempt{Transport: harness.TransportTLS}, harness.Mode0), // pymilvus#1706
			agreeing("plaintext to TLS", "Of plaintext clients at a TLS port, some are served and others are not.",
				harness.Attempt{Transport: harness.TransportPlain}, harness.AnyTLS),
			agreeing("expecting "+otherName, "Some clients accept a server whose certificate is for another name.",
				harness.Attempt{Name: otherName}, harness.AnyTLS),
			agreeing("trusting another CA", "Some clients accept a server certificate of a CA that they were not given.",
				harness.Attempt{TrustStore: harness.TrustOther}, harness.AnyTLS),
			agreeing("trusting server.pem alone", "Not every client accepts server.pem as its only trust file.",
				harness.Attempt{TrustStore: harness.TrustServer}, harness.AnyTLS),
			agreeing("without a certificate", "In mode 2, some clients are served without a certificate.",
				harness.Attempt{Identity: harness.Nobody}, harness.Mode2),
			agreeing("a certificate for serverAuth alone", "In mode 2, some clients are served with a certificate for serverAuth only.",
				harness.Attempt{Identity: pki.ServerAuthOnly}, harness.Mode2),
			agreeing("an Ed25519 key", "Not every client can use a client key of type Ed25519.",
				harness.Attempt{Identity: pki.EdwardsKey}, harness.Mode2),
			agreeing("a certificate where none is asked for", "With a client certificate that mode 1 does not ask for, not every client is served.",
				harness.Attempt{Identity: harness.Good}, harness.Mode1),
		}, harness.KnownMode, harness.EveryClient),
		need([]harness.Case{
			// What a client is given and leaves unused, it does not complain about.
			agreeing("server_pem_path beside the client's files", "With server_pem_path beside the client's own files, not every client is served.",
				harness.Attempt{ClientConfig: harness.ConfigBothFiles}, harness.Mode2),
			agreeing("ca_pem_path alone", "With ca_pem_path as the only file, not every client is served.",
				harness.Attempt{ClientConfig: harness.ConfigCAAlone}, harness.Mode1), // pymilvus#2785
			agreeing("server_name left out", "Without server_name not every client is served.",
				harness.Attempt{ClientConfig: harness.ConfigNoName}, harness.AnyTLS), // pymilvus#1962
			agreeing("secure left out", "Without the setting secure, not every client is served.",
				harness.Attempt{ClientConfig: harness.ConfigNoSecure}, harness.AnyTLS),
			agreeing("after a good client in the same process", "In mode 2 some clients are served without a certificate after a good client of the same process.",
				harness.Attempt{Identity: harness.Nobody, ClientConfig: harness.ConfigSecond}, harness.Mode2),
		}, harness.KnownMode, harness.EveryClient),
		[]harness.Case{
			agreeing("a server certificate without a SAN", "Some clients refuse a server certificate without a subject alternative name, and others accept it.",
				harness.Attempt{}, recipeNeeds(harness.RecipeOneWay, harness.RecipeLegacy)...),
		},
	),
})

// agreeing is one case: an attempt made by every client of the run.
func agreeing(name, finding string, a harness.Attempt, needs ...harness.Feature) harness.Case {
	return harness.Case{Name: name, Finding: finding, Want: compare.Agreed, Needs: needs, Check: compare.Clients{Attempt: a}}
}
