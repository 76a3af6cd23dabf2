// Package access is about how a client gets to Milvus at a deployment that already runs:
// what has to be clear before anything else means something.
package access

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/certificate"
)

// An Check asks one thing about how a client gets to Milvus at a port of a deployment
// that already runs. It comes before everything else: where the client does not accept
// the server, or is not accepted, nothing that happens to it says anything about what is
// claimed. All aspects of one port are answered by the same connections.
type Check struct {
	Port   harness.Port
	Aspect Aspect
}

// Aspect is what an Access asks. Its name is that of the claim which is about it.
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

// Facts are what the connections of an Access showed.
type Facts struct {
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

	Call       *harness.Observation     `json:"call,omitempty"`       // a call by the client that the target describes, whatever it thinks of the server
	Own        *certificate.Certificate `json:"own,omitempty"`        // that client's certificate
	ClientCAs  []string                 `json:"client_cas,omitempty"` // the CAs whose certificates the server says it accepts
	Configured *certificate.Certificate `json:"configured,omitempty"` // the leaf that server_certificate names
	Another    bool                     `json:"another,omitempty"`    // the server shows another leaf than that

	Resolved int       `json:"resolved,omitempty"` // how many addresses the name stands for
	Replicas []Replica `json:"replicas,omitempty"` // what connections without a certificate were shown, several for each address of the name

	AlsoSpeaks string       `json:"also_speaks,omitempty"` // a protocol that the port selects by ALPN and Milvus's would not
	Product    string       `json:"product,omitempty"`     // what stands before Milvus, by the server header of its answer
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

// Subject gives the raw client and the port.
func (a Check) Subject() harness.Subject { return harness.Subject{Client: harness.Raw, Port: a.Port} }

// Traits give what has to be at hand for it. Where a claim is about the way, what the port
// shows stands for what clients of its other cases are served.
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

// accessWords say what each aspect asks.
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

// String says what is asked, for reports.
func (a Check) String() string { return fmt.Sprintf("%s: %s", a.Port, accessWords[a.Aspect]) }

func init() { harness.RegisterFacts(func() harness.Facts { return &Facts{} }) }

// Kind is "access".
func (*Facts) Kind() string { return "access" }

// Control tells nothing: nothing else is held against such facts.
func (*Facts) Control() (bool, string) { return false, "there is no control" }

// Record adds what the call shows.
func (f *Facts) Record(e *harness.Evidenced) {
	if f.Call != nil {
		f.Call.Record(e)
	}
}

// Outcome is AccessGiven or AccessFailed, or none where the facts leave it open.
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

// answer tells whether the way is clear as far as the aspect goes, whether that can be
// told, and why.
func (f *Facts) answer() (ok, known bool, why string) {
	if f.Call == nil {
		return false, false, "nothing was observed"
	}
	if f.Call.End == harness.EndDialRefused && f.Aspect != Address {
		return false, false, "nothing listens at " + f.Addr
	}
	if f.Aspect == ALPN && f.Call.Outcome() == harness.RefusedALPN {
		return f.alpn() // which may come before a certificate
	}
	if f.Aspect != Address && len(f.Chain) == 0 {
		return false, false, "no certificate was shown: the client was " + f.Call.Outcome().Summary() + f.Call.Brief()
	}
	switch f.Aspect {
	case Trust:
		return f.unless(f.Untrusted == "", f.trusted(), f.another())
	case Name:
		return f.unless(f.Misnamed == "", f.named(), cmp.Or(f.another(), f.untrusted()))
	case ALPN:
		return f.alpn()
	case Client:
		return f.admitted()
	case Address:
		return f.address()
	case Direct:
		return f.direct()
	case Certificate:
		return f.configured()
	case AccessReplicas:
		return f.agreed()
	}
	return false, false, "nobody knows the aspect " + string(f.Aspect)
}

// unless leaves an aspect open that is not clear because of something which is a finding
// of its own.
func (*Facts) unless(ok bool, why string, other Aspect) (clear, known bool, reason string) {
	if !ok && other != "" {
		return false, false, fmt.Sprintf("%s; that is a finding of its own (%s)", why, other)
	}
	return ok, true, why
}

// another gives the finding that another certificate is shown than the configured one:
// whom clients trust, and what they expect in it, is meant for that.
func (f *Facts) another() Aspect {
	if f.Another {
		return Certificate
	}
	return ""
}

// untrusted gives the finding that the certificate is nobody's whom clients trust.
func (f *Facts) untrusted() Aspect {
	if f.Untrusted != "" {
		return Trust
	}
	return ""
}

// shown names the leaf, its issuer and the length of the chain.
func (f *Facts) shown() string {
	n := "1 certificate was sent"
	if len(f.Chain) != 1 {
		n = fmt.Sprintf("%d certificates were sent", len(f.Chain))
	}
	return fmt.Sprintf("%s shows %s, issued by %s; %s", f.Addr, f.Chain[0].Subject, f.Chain[0].Issuer, n)
}

func (f *Facts) trusted() string {
	if f.Untrusted == "" {
		var roots []string
		for _, r := range f.Roots {
			roots = append(roots, r.Subject)
		}
		return f.shown() + "; they lead to " + cmp.Or(strings.Join(roots, ", "), "the trust file")
	}
	return fmt.Sprintf("%s. The trust file holds %s. %s", f.shown(), few(f.Trust, f.TrustSize), f.Untrusted)
}

// few lists the first of n names.
func few(names []string, n int) string {
	text := strings.Join(names, "; ")
	if more := n - len(names); more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return cmp.Or(text, "nothing")
}

func (f *Facts) named() string {
	names := "no subject alternative name, and clients do not look at the CommonName"
	if len(f.Chain[0].Names) > 0 {
		names = few(f.Chain[0].Names[:min(len(f.Chain[0].Names), 8)], len(f.Chain[0].Names))
	}
	if f.Misnamed == "" {
		return fmt.Sprintf("clients expect %s; the certificate at %s is for %s", f.Name, f.Addr, names)
	}
	return fmt.Sprintf("clients expect %s, and the certificate %s at %s has %s", f.Name, f.Chain[0].Subject, f.Addr, names)
}

func (f *Facts) alpn() (ok, known bool, why string) {
	switch {
	case f.Instead != "":
		return false, false, protocols[f.Instead] + " answers there, which is a finding of its own (" + string(Address) + ")"
	case f.Call.ALPN == harness.ALPNHTTP2:
		return true, true, f.Addr + " selects h2"
	case f.Call.Outcome() == harness.RefusedALPN, f.Call.Version != "":
		return false, true, fmt.Sprintf("%s takes part in the handshake and does not select h2, which the client offers by ALPN%s; Milvus itself selects it",
			f.Addr, f.Call.Brief())
	}
	return false, false, "the handshake did not come that far: the client was " + f.Call.Outcome().Summary() + f.Call.Brief()
}

func (f *Facts) admitted() (ok, known bool, why string) {
	saw := f.Call.Outcome()
	reason := fmt.Sprintf("at %s the client was %s%s", f.Addr, saw.Summary(), f.Call.Brief())
	switch saw {
	case harness.RefusedNoCertificate, harness.RefusedCertificate, harness.RefusedProtocol:
		if f.Own != nil && saw == harness.RefusedCertificate {
			reason += fmt.Sprintf("; its certificate is %s, issued by %s", f.Own.Subject, f.Own.Issuer)
		}
		if f.Own == nil && saw == harness.RefusedNoCertificate {
			reason += "; the target describes a client without one"
		}
		if len(f.ClientCAs) > 0 {
			reason += "; the server accepts certificates issued by " + few(f.ClientCAs[:min(len(f.ClientCAs), 4)], len(f.ClientCAs))
		}
		return false, true, reason
	case harness.Served, harness.RefusedCredentials, harness.NotOffered, harness.APIError, harness.NotReady:
		return true, true, reason
	default:
		return false, false, reason
	}
}

// protocols name what answers at the ports.
var protocols = map[harness.Port]string{harness.GRPC: "gRPC", harness.HTTP: "REST"}

func (f *Facts) address() (ok, known bool, why string) {
	saw := f.Call.Outcome()
	reason := fmt.Sprintf("a call of %s at %s was %s%s", protocols[f.Port], f.Addr, saw.Summary(), f.Call.Brief())
	switch {
	case f.Instead == harness.GRPC:
		return false, true, f.Addr + " answers gRPC where REST is said to be, and under TLS gRPC's port answers no REST"
	case f.Instead != "":
		return false, true, fmt.Sprintf("%s answers %s where %s is said to be", f.Addr, protocols[f.Instead], protocols[f.Port])
	case saw == harness.NothingListens, saw == harness.NotOffered:
		return false, true, reason
	case saw == harness.Served, saw == harness.RefusedCredentials, saw == harness.APIError, saw == harness.NotReady:
		return true, true, reason
	}
	return false, false, reason
}

func (f *Facts) direct() (ok, known bool, why string) {
	switch {
	case f.Instead != "", f.Call.Outcome() == harness.NotOffered:
		return false, false, protocols[f.Port] + " does not answer there, which is a finding of its own (" + string(Address) + ")"
	case f.AlsoSpeaks != "":
		return false, true, fmt.Sprintf("%s selects %s by ALPN when a client offers that, and Milvus does not: a proxy ends TLS there", f.Addr, f.AlsoSpeaks)
	case f.Product != "":
		return false, true, fmt.Sprintf("the answer at %s has the header \"server: %s\", and Milvus's has none: a proxy ends TLS there", f.Addr, f.Product)
	case f.Port == harness.GRPC && f.Call.Version != "" && f.Call.ALPN != harness.ALPNHTTP2:
		return false, false, "no protocol was selected by ALPN, which is a finding of its own (" + string(ALPN) + ")"
	case f.Call.Answer == "":
		return false, false, "nothing answered: the client was " + f.Call.Outcome().Summary() + f.Call.Brief()
	}
	return true, true, fmt.Sprintf("nothing that Milvus would not do was seen at %s", f.Addr)
}

func (f *Facts) configured() (ok, known bool, why string) {
	switch {
	case f.Configured == nil:
		return false, false, "server_certificate is not given"
	case !f.Another:
		return true, true, fmt.Sprintf("%s shows the certificate that server_certificate holds", f.Addr)
	}
	differ := fmt.Sprintf("%s shows %s, issued by %s and valid from %s; server_certificate holds %s, issued by %s and valid from %s", f.Addr,
		f.Chain[0].Subject, f.Chain[0].Issuer, f.Chain[0].Starts.UTC().Format("2006-01-02 15:04"),
		f.Configured.Subject, f.Configured.Issuer, f.Configured.Starts.UTC().Format("2006-01-02 15:04"))
	for _, other := range []Aspect{Direct, AccessReplicas} {
		one := *f
		if one.Aspect = other; one.Outcome() == Failed {
			return f.unless(false, differ, other)
		}
	}
	return false, true, differ
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

// Unlike tells whether the servers behind the address treat clients differently, and not
// only show different certificates.
func (f *Facts) Unlike() bool {
	return slices.ContainsFunc(f.Replicas, func(r Replica) bool {
		return !r.away() && slices.ContainsFunc(f.Replicas, func(other Replica) bool { return !other.away() && other.Outcome != r.Outcome })
	})
}

// away tells whether nobody could be reached.
func (r Replica) away() bool {
	switch r.Outcome {
	case harness.NothingListens, harness.TimedOut, harness.FailedInClient, "":
		return true
	default:
		return false
	}
}

func (f *Facts) agreed() (ok, known bool, why string) {
	var ways []string
	addrs, away := map[string]bool{}, map[string]bool{}
	for _, r := range f.Replicas {
		addrs[r.Addr] = true
		if r.away() {
			away[r.Addr] = true
			continue
		}
		way := fmt.Sprintf("%s (%.12s, until %s), and a client without a certificate is %s", r.Subject, r.Peer, r.Ends, r.Outcome.Summary())
		if r.Peer == "" {
			way = "no certificate, and a client without one is " + r.Outcome.Summary()
		}
		if !slices.ContainsFunc(ways, func(w string) bool { return strings.HasSuffix(w, " shows "+way) }) {
			ways = append(ways, r.Addr+" shows "+way)
		}
	}
	missing := ""
	if len(away) > 0 && len(away) < len(addrs) {
		missing = fmt.Sprintf("; of %d addresses %d cannot be reached from here: %s", len(addrs), len(away), strings.Join(slices.Sorted(maps.Keys(away)), ", "))
	}
	if more := f.Resolved - len(addrs); more > 0 {
		missing += fmt.Sprintf("; %d more addresses of the name were not asked", more)
	}
	switch {
	case len(ways) == 0:
		return false, false, "no connection came to anything"
	case len(ways) > 1:
		return false, true, fmt.Sprintf("of %d connections to %s some are answered otherwise: %s", len(f.Replicas), f.Addr, strings.Join(ways, "; ")) + missing
	}
	name := f.Addr
	if len(addrs) > 1 {
		name = fmt.Sprintf("%d addresses of %s", len(addrs), f.Addr)
	}
	return true, true, fmt.Sprintf("%d connections to %s were all answered alike: %s", len(f.Replicas), name, ways[0]) + missing
}
