// Package access is about how a client gets to Milvus at a deployment that already runs:
// what has to be clear before anything else means something.
package access

import (
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/certificate"
	"milvus-tls-e2e/harness/connection"
)

// A Check asks one thing about a client's access to Milvus at a port of a running deployment. It
// comes before all other checks: they show nothing about their claims as long as the client does
// not accept the server or is not accepted. The same connections answer all aspects of one port.
type Check struct {
	Port   harness.Port
	Aspect Aspect
}

// Aspect is what a Check asks. Its name is that of the claim which is about it.
type Aspect string

// The aspects, in the order in which one hides the next.
const (
	Trust          Aspect = "server-trusted"            // the chain leads to a trusted CA
	Name           Aspect = "server-name-matches"       // the name that clients expect is in the certificate
	ALPN           Aspect = "alpn-selected"             // gRPC's protocol is selected by ALPN
	Client         Aspect = "client-admitted"           // TLS lets the client in
	Address        Aspect = "addresses-answer"          // what answers at the address is what should
	Direct         Aspect = "tls-ends-at-milvus"        // no proxy ends TLS before Milvus
	Certificate    Aspect = "served-cert-is-configured" // the certificate is the one that the owner names
	AccessReplicas Aspect = "replicas-agree"            // every server behind the address does the same
)

// Facts are what the connections of a Check showed.
type Facts struct {
	harness.StandAlone

	Port   harness.Port `json:"port"`
	Aspect Aspect       `json:"aspect"`
	Addr   string       `json:"addr"`
	Name   string       `json:"name,omitempty"` // that clients expect in the certificate

	Chain     []certificate.Certificate `json:"chain,omitempty"`      // as the server sends it, the leaf first
	Untrusted string                    `json:"untrusted,omitempty"`  // why the chain leads to no CA in the trust file, its validity aside
	Ended     bool                      `json:"ended,omitempty"`      // its validity alone keeps clients from accepting the chain
	Misnamed  string                    `json:"misnamed,omitempty"`   // why the leaf is not for the name
	Roots     []certificate.Certificate `json:"roots,omitempty"`      // the CAs of the trust file that the chain leads to
	Trust     []string                  `json:"trust,omitempty"`      // the first subjects in the trust file
	TrustSize int                       `json:"trust_size,omitempty"` // how many certificates are in it

	Call       *connection.Observation  `json:"call,omitempty"`       // a call by the client that the target describes, whatever it thinks of the server
	Own        *certificate.Certificate `json:"own,omitempty"`        // that client's certificate
	ClientCAs  []string                 `json:"client_cas,omitempty"` // the CAs that the server's CertificateRequest names
	Configured *certificate.Certificate `json:"configured,omitempty"` // the leaf that server_certificate names
	Another    bool                     `json:"another,omitempty"`    // the server shows another leaf than that

	Resolved int       `json:"resolved,omitempty"` // number of addresses of the name
	Replicas []Replica `json:"replicas,omitempty"` // what connections without a certificate were shown, several for each address of the name

	AlsoSpeaks string       `json:"also_speaks,omitempty"` // a protocol that the port selects by ALPN and Milvus's would not
	Product    string       `json:"product,omitempty"`     // the proxy in front of Milvus, by the server header of its answer
	Instead    harness.Port `json:"instead,omitempty"`     // whose protocol answers at the address, where that is not the port's own
}

// A Replica is what one connection without a certificate was shown. Behind one name or
// address may be several servers.
type Replica struct {
	Addr    string          `json:"addr"`
	Peer    string          `json:"peer,omitempty"`    // SHA-256 of the certificate
	Subject string          `json:"subject,omitempty"` // of the certificate
	Ends    string          `json:"ends,omitempty"`    // the day on which it does
	Outcome harness.Outcome `json:"outcome,omitempty"`
}

// Resolve returns the check itself: it leaves nothing to the topology.
func (a Check) Resolve(harness.Topology) harness.Check { return a }

// Subject returns the raw client and the port.
func (a Check) Subject() harness.Subject { return harness.Subject{Client: harness.Raw, Port: a.Port} }

// Traits names the attempts. Where a claim is about access, this check's facts replace the
// attempts of its other cases.
func (a Check) Traits(t harness.Topology) harness.Traits {
	live := harness.Live{Harmless: true, Instead: string(a.Aspect)}
	switch {
	case a.Aspect == Client && t.Mode == 2:
		live.Shows = harness.Good
	case a.Aspect == Certificate:
		live.Trusts = harness.TrustServer
	}
	return harness.Traits{Live: live}
}

var accessWords = map[Aspect]string{
	Trust:          "does the certificate chain lead to a trusted CA",
	Name:           "is the expected name in the certificate",
	ALPN:           "is HTTP/2 selected by ALPN",
	Client:         "does TLS admit the client",
	Address:        "is this its address",
	Direct:         "does TLS end at Milvus",
	Certificate:    "is it the configured certificate",
	AccessReplicas: "do all servers behind it do the same",
}

func (a Check) String() string { return fmt.Sprintf("%s: %s", a.Port, accessWords[a.Aspect]) }

func init() { harness.RegisterFacts(func() harness.Facts { return &Facts{} }) }

// Kind is "access".
func (*Facts) Kind() string { return "access" }

// Record adds what the call shows.
func (f *Facts) Record(e *harness.Evidenced) {
	if f.Call != nil {
		f.Call.Record(e)
	}
}

// Outcome is Given or Failed, or none where the facts leave it open.
func (f *Facts) Outcome() harness.Outcome {
	switch ok, known, _ := f.answer(); {
	case !known:
		return ""
	case ok:
		return Given
	}
	return Failed
}

var _ = checks.JudgedBy(judge)

// judge wants the client's way to be clear in the one aspect.
func judge(_ Check, want, saw harness.Outcome, e checks.Evidence) checks.Ruling {
	f, is := e.Saw.(*Facts)
	if !is || want != Given {
		return checks.LeaveOpen(harness.CauseCaseMisfit, "an access cannot come to "+want.String())
	}
	_, _, why := f.answer()
	switch saw {
	case Given:
		return checks.Confirm(why)
	case Failed:
		return checks.Refute(why)
	default:
		return checks.LeaveOpen(harness.CauseNoAccess, why)
	}
}

// What a client's way to Milvus can come to, in one aspect.
const (
	Given  harness.Outcome = "access-given"  // the way is clear
	Failed harness.Outcome = "access-failed" // it is not
)

var _ = harness.DefineOutcomes(map[harness.Outcome]harness.Meaning{
	Given:  {Summary: "clear for the client"},
	Failed: {Summary: "not clear for the client"},
})
