package access

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

// answer reports whether access works as far as the aspect goes, whether that is known, and why.
func (f *Facts) answer() (ok, known bool, why string) {
	if f.Call == nil {
		return false, false, "nothing was observed"
	}
	if f.Call.End == connection.EndDialRefused && f.Aspect != Address {
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
	return false, false, "there is no aspect " + string(f.Aspect)
}

// unless leaves an aspect open that is not clear because of something which is a finding
// of its own.
func (*Facts) unless(ok bool, why string, other Aspect) (clear, known bool, reason string) {
	if !ok && other != "" {
		return false, false, fmt.Sprintf("%s; that is a finding of its own (%s)", why, other)
	}
	return ok, true, why
}

// another returns the aspect under which a different certificate than the configured one is
// reported: clients' trust and expected name are meant for the configured one.
func (f *Facts) another() Aspect {
	if f.Another {
		return Certificate
	}
	return ""
}

// untrusted returns the aspect under which a certificate that clients do not trust is reported.
func (f *Facts) untrusted() Aspect {
	if f.Untrusted != "" {
		return Trust
	}
	return ""
}

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

// Unlike reports whether the servers behind the address treat clients differently, and not
// only show different certificates.
func (f *Facts) Unlike() bool {
	return slices.ContainsFunc(f.Replicas, func(r Replica) bool {
		return !r.away() && slices.ContainsFunc(f.Replicas, func(other Replica) bool { return !other.away() && other.Outcome != r.Outcome })
	})
}

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
