package check

import (
	"context"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/access"
	"milvus-tls-e2e/harness/checks/certificate"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/probe"
	"milvus-tls-e2e/harness/run"
)

// An entry is what was found out of the client's way to the deployment's ports before
// anything else is asked.
type entry struct {
	target   *Target
	topology harness.Topology
	facts    map[harness.Port]*access.Facts
	chains   map[harness.Port][]*x509.Certificate
	shut     map[harness.Port]*obstacle // why no client that the deployment is meant for is served at a port
	noALPN   *obstacle                  // why clients of gRPC that insist on ALPN are not
	past     string
	gone     func(error)
}

var _ run.Entry = (*entry)(nil)

// Access returns what a port showed.
func (e *entry) Access(p harness.Port) (*access.Facts, error) {
	f := e.facts[p]
	if f == nil {
		return nil, fmt.Errorf("no client connected to %s", p)
	}
	return f, nil
}

// Obstacle returns what prevents a check: for a client that connects, that the port serves none,
// and for one that only inspects, that the port shows nothing.
func (e *entry) Obstacle(l harness.Check, want harness.Outcome) error {
	live := l.Traits(e.topology).Live
	needsClient := want != harness.KeptOut && want != harness.NotWeaker
	for _, a := range slices.Concat(live.Attempts, live.Controls) {
		shut := e.shut[a.Port]
		switch {
		case shut != nil && (needsClient || shut.finding == string(access.Address)):
			return shut
		case e.noALPN != nil && a.Client == harness.Go && a.Port == harness.GRPC:
			return e.noALPN
		case e.asksNobody(a.Port) && needsClient && (a.Identity != harness.Good || a.TLSVersion != ""):
			return &obstacle{modeNotWeaker, "the port asks no client for a certificate, as in mode 1"}
		}
	}
	p := l.Subject().Port
	if shut := e.shut[p]; len(live.Attempts) == 0 && shut != nil && len(e.chains[p]) == 0 && shut.finding != live.Instead {
		return shut
	}
	return nil
}

// Past returns the finding that attempts ignore to get further.
func (e *entry) Past() string { return e.past }

// Gone reports a port that no longer listens.
func (e *entry) Gone(err error) { e.gone(err) }

// CAs returns the CAs of a file that matter: all that issue client certificates, and of
// what clients trust, which may be a system's whole list, those that the shown chains
// lead to.
func (e *entry) CAs(a harness.Authority) ([]certificate.Certificate, string, error) {
	if a == harness.AuthorityClients {
		text, err := read("client_ca.certificate", e.target.ClientCA.Certificate)
		if err != nil {
			return nil, "", err
		}
		return certificate.Describe(certificates(text)), "", nil
	}
	var all []certificate.Certificate
	itself := false
	for _, p := range []harness.Port{harness.GRPC, harness.HTTP} {
		f := e.facts[p]
		if f == nil {
			continue
		}
		for _, root := range f.Roots {
			same := func(c certificate.Certificate) bool { return c.Subject == root.Subject && c.Ends.Equal(root.Ends) }
			itself = itself || same(f.Chain[0])
			if !same(f.Chain[0]) && !slices.ContainsFunc(all, same) {
				all = append(all, root)
			}
		}
	}
	switch {
	case len(all) > 0:
		return all, "", nil
	case itself:
		return nil, "trust holds the very certificate that is shown, which certificate-lasts judges", nil
	}
	return nil, "", &obstacle{string(access.Trust), "the chain that is shown leads to no CA in trust"}
}

// enter finds out how the client gets to each port. What it does not accept of the
// server is a finding, and everything else is judged past that.
func (r *session) enter(ctx context.Context) error {
	e := &entry{target: &r.target, topology: r.topology, facts: map[harness.Port]*access.Facts{}, chains: map[harness.Port][]*x509.Certificate{}, shut: map[harness.Port]*obstacle{}}
	r.entry = e
	for _, p := range []harness.Port{harness.GRPC, harness.HTTP} {
		addr := map[harness.Port]string{harness.GRPC: r.target.Addresses.GRPC, harness.HTTP: r.target.Addresses.REST}[p]
		if addr == "" || p == harness.GRPC && !r.topology.TLS() {
			continue
		}
		if err := r.approach(ctx, p, addr); err != nil {
			return err
		}
	}
	if f := e.facts[harness.GRPC]; f != nil && aspect(f, access.ALPN) == access.Failed {
		e.noALPN = &obstacle{string(access.ALPN), "the port selects no protocol by ALPN, and this client insists on that"}
	}
	for p, f := range e.facts {
		if shut := r.shutAt(p, f); shut != nil {
			e.shut[p] = shut
		}
	}
	if !r.known && e.shut[harness.GRPC] != nil && e.shut[harness.HTTP] == nil {
		e.shut[harness.HTTP] = &obstacle{string(access.Address), "what REST answers depends on the release, and gRPC cannot be asked for that: give version: in the target file"}
	}
	return r.goPast()
}

// mostServers bounds how many addresses of one name are asked.
const mostServers = 16

func (r *session) approach(ctx context.Context, p harness.Port, addr string) error {
	a := harness.Attempt{Client: harness.Raw, Port: p, Request: map[harness.Port]harness.Request{harness.GRPC: harness.RequestVersion}[p]}
	if _, err := r.certs.Identity(harness.Good); err != nil && r.topology.Mode == 2 {
		a.Identity = harness.Nobody
	}
	a = a.In(r.topology)
	cert, err := r.certs.Identity(a.Identity)
	if err != nil {
		return err
	}
	way := probe.AccessProbe{
		Target: probe.Target{Attempt: a, Addr: addr, Cert: cert, Trusted: r.certs.Trusted(), Users: r.users, Bound: r.caller.bound, Release: r.features},
		Pace:   r.caller.pace, HTTP2: !r.known || r.features[harness.RESTHTTP2],
	}
	seen, err := way.Access(ctx)
	var replicas []probe.Replica
	if err == nil && p == harness.GRPC {
		replicas, err = way.Replicas(ctx, r.servers[:min(len(r.servers), mostServers)])
	}
	if err != nil {
		return fmt.Errorf("connect to %s: %w", addr, err)
	}
	f, chain := accessFacts(seen, replicas), seen.Chain
	if p == harness.GRPC {
		f.Resolved = len(r.servers)
	}
	f.Port, f.Addr, f.Name = p, addr, a.Name
	r.entry.facts[p], r.entry.chains[p] = f, chain
	trusted := certificates(r.parts.Trust)
	f.TrustSize = len(trusted)
	for _, c := range trusted[:min(3, len(trusted))] {
		f.Trust = append(f.Trust, c.Subject.String())
	}
	if own := parsed(cert); own != nil {
		f.Own = &certificate.Describe([]*x509.Certificate{own})[0]
	}
	if configured := parsed(r.certs.Server()); configured != nil && len(chain) > 0 {
		f.Configured = &certificate.Describe([]*x509.Certificate{configured})[0]
		f.Another = !chain[0].Equal(configured)
	}
	return nil
}

// accessFacts converts what a probe saw of a port.
func accessFacts(seen *probe.Entry, replicas []probe.Replica) *access.Facts {
	f := &access.Facts{
		Chain: certificate.Describe(seen.Chain), Untrusted: seen.Untrusted, Ended: seen.Ended, Misnamed: seen.Misnamed,
		Call: seen.Call, ClientCAs: seen.ClientCAs, AlsoSpeaks: seen.AlsoSpeaks, Product: seen.Product, Instead: seen.Instead,
	}
	if seen.Root != nil {
		f.Roots = certificate.Describe([]*x509.Certificate{seen.Root})
	}
	for _, r := range replicas {
		one := access.Replica{Addr: r.Addr, Peer: r.Saw.ServerCert, Outcome: r.Saw.Outcome()}
		if shown := certificate.Describe(r.Chain); len(shown) > 0 {
			one.Subject, one.Ends = shown[0].Subject, shown[0].Ends.UTC().Format(time.DateOnly)
		}
		f.Replicas = append(f.Replicas, one)
	}
	return f
}

func parsed(c pki.Cert) *x509.Certificate {
	if chain := c.TLS().Certificate; len(chain) > 0 {
		if cert, err := x509.ParseCertificate(chain[0]); err == nil {
			return cert
		}
	}
	return nil
}

func aspect(f *access.Facts, a access.Aspect) harness.Outcome {
	one := *f
	one.Aspect = a
	return one.Outcome()
}
