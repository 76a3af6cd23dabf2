package probe

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/pki"
)

// An AccessProbe finds out how a client gets to Milvus at one port. Target's attempt is
// that of the client which the deployment is meant for; what it thinks of the server is
// found out, and keeps it from nothing.
type AccessProbe struct {
	Target
	Pace  func(context.Context) error // waits until the next connection may be made
	HTTP2 bool                        // REST may select h2: the release supports it or is unknown
}

// Entry is what the connections of an AccessProbe showed.
type Entry struct {
	Chain      []*x509.Certificate     // as the server sends it, the leaf first
	Untrusted  string                  // why the chain leads to no trusted CA, its validity aside
	Ended      bool                    // its validity alone keeps clients from accepting the chain
	Misnamed   string                  // why the leaf is not for the name
	Root       *x509.Certificate       // the trusted CA that the chain leads to
	Call       *connection.Observation // a call by the client, whatever it thinks of the server
	ClientCAs  []string                // the CAs that the server's CertificateRequest names
	AlsoSpeaks string                  // a protocol that the port selects by ALPN and Milvus's would not
	Product    string                  // the proxy in front of Milvus, by the server header of its answer
	Instead    harness.Port            // whose protocol answers at the address, where that is not the port's own
}

// Access connects a few times, and gives what the connections showed. Nothing is sent
// that logs in unless the client accepts the server.
func (p AccessProbe) Access(ctx context.Context) (*Entry, error) {
	f := &Entry{}
	first := p.Users
	if p.Attempt.Transport == harness.TransportTLS {
		first = Credentials{} // it is not known yet who would get them
	}
	r, call, err := p.call(ctx, p.Attempt.Port, first)
	if err != nil {
		return nil, err
	}
	p.verify(f, r.chain)
	if first != p.Users && f.Untrusted == "" && f.Misnamed == "" && len(r.chain) > 0 {
		if r, call, err = p.call(ctx, p.Attempt.Port, p.Users); err != nil {
			return nil, err
		}
	}
	f.Call, f.Product = call, r.product
	for _, raw := range r.acceptable {
		f.ClientCAs = append(f.ClientCAs, distinguished(raw))
	}
	if p.unanswered(call) {
		err = p.instead(ctx, f)
	}
	if err == nil && len(r.chain) > 0 {
		err = p.alsoSpeaks(ctx, f)
	}
	return f, err
}

const replicaSamples = 3

// Replica is what one connection to one address of a name showed.
type Replica struct {
	Addr  string
	Chain []*x509.Certificate
	Saw   *connection.Observation
}

// Replicas connects without a certificate, a few times to each address, and gives what
// was shown each time.
func (p AccessProbe) Replicas(ctx context.Context, addrs []string) (all []Replica, err error) {
	p.Attempt.Identity, p.Cert = harness.Nobody, pki.Cert{}
	for range replicaSamples {
		for _, addr := range addrs {
			p.Addr = addr
			r, o, err := p.call(ctx, p.Attempt.Port, Credentials{})
			if err != nil {
				return nil, err
			}
			all = append(all, Replica{addr, r.chain, o})
		}
	}
	return all, nil
}

// call makes the client's call at a port without minding the server's certificate.
func (p AccessProbe) call(ctx context.Context, at harness.Port, users Credentials) (*record, *connection.Observation, error) {
	t, r := p.Target, &record{}
	t.Attempt.Port, t.Attempt.TrustStore, t.Users = at, harness.TrustAnything, users
	if err := p.Pace(ctx); err != nil {
		return nil, nil, err
	}
	o, err := observeRaw(ctx, t, r)
	return r, &o, err
}

// unanswered reports whether something took the call that does not know it.
func (p AccessProbe) unanswered(o *connection.Observation) bool {
	switch {
	case o.Answer == connection.AnswerNoService:
		return true
	case p.Attempt.Port == harness.GRPC:
		return false
	}
	return o.End == connection.EndClosed || o.End == connection.EndReset || o.End == connection.EndNoProtocol || o.Outcome() == harness.RefusedALPN
}

// instead finds out what answers at an address where the port's own protocol does not:
// the other version of REST, which another release has, or the other port's protocol.
func (p AccessProbe) instead(ctx context.Context, f *Entry) error {
	other := map[harness.Port]harness.Port{harness.GRPC: harness.HTTP, harness.HTTP: harness.GRPC}[p.Attempt.Port]
	for _, v2 := range []bool{true, false} {
		p.Release = harness.Features{harness.RESTv2: v2}
		_, call, err := p.call(ctx, harness.HTTP, Credentials{})
		if err != nil {
			return err
		}
		switch {
		case call.Answer == "" || call.Answer == connection.AnswerNoService:
		case p.Attempt.Port == harness.HTTP:
			f.Call = call
			return nil
		default:
			f.Instead = other
			return nil
		}
	}
	if p.Attempt.Port == harness.GRPC {
		return nil
	}
	p.Attempt.Request = harness.RequestVersion
	_, call, err := p.call(ctx, harness.GRPC, Credentials{})
	if err == nil && call.Answer != "" && call.Answer != connection.AnswerNoService {
		f.Instead = other
	}
	return err
}

// alsoSpeaks offers a protocol that Milvus does not select at the port: its gRPC selects
// h2 alone, and its REST HTTP/1.1 alone on the releases before HTTP/2 (seen on 2.3.5, 2.6.20
// and a 3.0).
func (p AccessProbe) alsoSpeaks(ctx context.Context, f *Entry) error {
	offer := harness.ALPNHTTP1
	if p.Attempt.Port == harness.HTTP {
		if offer = harness.ALPNHTTP2; p.HTTP2 || f.Instead != "" {
			return nil
		}
	}
	if err := p.Pace(ctx); err != nil {
		return err
	}
	conn, _, err := p.dial(ctx)
	if conn == nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now()) })
	defer stop()
	t, r := p.Target, &record{}
	t.Attempt.TrustStore = harness.TrustAnything
	client, _, _ := t.handshake(ctx, conn, r, offer)
	if client != nil && client.ConnectionState().NegotiatedProtocol == offer {
		f.AlsoSpeaks = offer
	}
	return ctx.Err()
}

func (p AccessProbe) verify(f *Entry, chain []*x509.Certificate) {
	if len(chain) == 0 {
		return
	}
	f.Chain = chain
	if err := chain[0].VerifyHostname(p.Attempt.Name); err != nil {
		f.Misnamed = harness.Short(err.Error())
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	options := x509.VerifyOptions{Roots: p.Trusted, Intermediates: between}
	chains, err := chain[0].Verify(options)
	if invalid := (x509.CertificateInvalidError{}); errors.As(err, &invalid) && invalid.Reason == x509.Expired {
		f.Ended = true // what is not valid is a finding of its own; it may be in order otherwise
		for _, c := range chain {
			options.CurrentTime = c.NotBefore.Add(time.Second)
			if chains, err = chain[0].Verify(options); err == nil {
				break
			}
		}
	}
	if err != nil {
		f.Untrusted = harness.Short(err.Error())
		return
	}
	f.Root = lasting(chains)
}

// lasting returns the trusted end of the chain that is valid for longest.
func lasting(chains [][]*x509.Certificate) *x509.Certificate {
	var best *x509.Certificate
	var until time.Time
	for _, chain := range chains {
		ends := chain[0].NotAfter
		for _, c := range chain[1:] {
			if c.NotAfter.Before(ends) {
				ends = c.NotAfter
			}
		}
		if best == nil || ends.After(until) {
			best, until = chain[len(chain)-1], ends
		}
	}
	return best
}

func distinguished(raw []byte) string {
	var rdns pkix.RDNSequence
	if rest, err := asn1.Unmarshal(raw, &rdns); err != nil || len(rest) > 0 {
		return "a name that is none"
	}
	var name pkix.Name
	name.FillFromRDNSequence(&rdns)
	return harness.Short(name.String())
}
