package check

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/remote"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/probe"
)

// resolve looks up the addresses' hosts, so that an unknown name is one line instead of a
// hundred inconclusive results. It returns all addresses of gRPC's name.
func (r *session) resolve(ctx context.Context, addrs map[harness.Port]string) error {
	lookup := r.Lookup
	if lookup == nil {
		lookup = net.DefaultResolver.LookupHost
	}
	for _, p := range append([]harness.Port{harness.GRPC, harness.HTTP, harness.Management}, harness.InternalPorts...) {
		host, port, err := net.SplitHostPort(addrs[p])
		if err != nil {
			continue // not given
		}
		all, err := lookup(ctx, host)
		if err != nil {
			var dns *net.DNSError
			if errors.As(err, &dns) {
				err = errors.New(dns.Err)
			}
			key := "addresses." + string(p)
			if p.Internal() {
				key = "internal.addresses." + p.Component()
			}
			return fmt.Errorf("%s: the name %s cannot be resolved: %w", key, host, err)
		}
		for _, ip := range all {
			if p == harness.GRPC {
				r.servers = append(r.servers, net.JoinHostPort(ip, port))
			}
		}
	}
	return nil
}

// A caller asks the deployment before it is judged: what it is, and whether it
// can be asked at all.
type caller struct {
	target   *Target
	topology harness.Topology
	certs    *pki.CertSet
	addr     string
	users    probe.Credentials
	bound    time.Duration
	pace     func(context.Context) error
}

func (c caller) ask(ctx context.Context, a harness.Attempt) (connection.Observation, error) {
	a.Client, a.Port, a.Request = harness.Raw, harness.GRPC, harness.RequestVersion
	a = a.In(c.topology)
	cert, err := c.certs.Identity(a.Identity)
	if err != nil {
		return connection.Observation{}, err
	}
	if err := c.pace(ctx); err != nil {
		return connection.Observation{}, err
	}
	t := probe.Target{Attempt: a, Addr: c.addr, Cert: cert, Trusted: c.certs.Trusted(), Ended: true, Bound: c.bound}
	if a.Login == harness.LoginRoot {
		t.Users = c.users
	}
	return probe.All[harness.Raw].Observe(ctx, t)
}

// version asks the server what it calls itself, in every way in which it may
// answer: as expected, without checking its certificate, in plaintext, without a
// certificate. A server that is in another mode than expected, or whose
// certificate has ended, is still judged. What keeps it from being judged at
// all is an error of one line.
func (c caller) version(ctx context.Context) (string, error) {
	first, err := connection.Observation{}, error(nil)
	for i, way := range c.ways() {
		o, errWay := c.ask(ctx, way)
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if i == 0 {
			first, err = o, errWay
		}
		switch {
		case errWay != nil:
		case o.Answer == connection.AnswerData:
			return o.Detail, nil
		case o.Answer == connection.AnswerNoLogin && c.users.User == "":
			return "", fmt.Errorf("%s asks for a login, and the target gives none: without one a refusal proves nothing", c.addr)
		case o.Answer == connection.AnswerNoLogin && way.Transport == "" && way.TrustStore == "":
			return "", fmt.Errorf("%s refuses the login of %s: %s", c.addr, c.users.User, o.Detail)
		case o.Answer == connection.AnswerNotReady:
			return "", fmt.Errorf("%s is not ready: %s", c.addr, o.Detail)
		case o.End == connection.EndDialRefused:
			return "", fmt.Errorf("nothing listens at %s", c.addr)
		case o.End == connection.EndTimeout:
			return "", fmt.Errorf("%s does not answer within %v", c.addr, c.bound)
		}
	}
	if err != nil {
		return "", err
	}
	return "", c.notMilvus(first)
}

// ended reports whether the server's certificate has ended: curl then refuses it,
// whatever else there is to be seen.
func (c caller) ended(ctx context.Context) (bool, error) {
	if !c.topology.TLS() {
		return false, nil
	}
	if err := c.pace(ctx); err != nil {
		return false, err
	}
	chain, _, err := probe.Certificates(ctx, probe.Target{
		Attempt: harness.Attempt{Port: harness.GRPC, Name: c.topology.ServerName}, Addr: c.addr, Bound: c.bound,
	})
	if err != nil || len(chain) == 0 {
		return false, err
	}
	return chain[0].NotAfter.Before(time.Now()), nil
}

func (c caller) ways() []harness.Attempt {
	ways := []harness.Attempt{
		{}, {TrustStore: harness.TrustAnything},
		{Identity: harness.Nobody, Transport: harness.TransportTLS, TrustStore: harness.TrustAnything}, {Transport: harness.TransportPlain},
	}
	if _, err := c.certs.Identity(harness.Good); err != nil && c.topology.Mode == 2 {
		ways = ways[2:]
	}
	return ways
}

// A strangerError is why something that answers cannot be asked what it is. How a client
// gets there may still be found out.
type strangerError struct{ why string }

func (e *strangerError) Error() string { return e.why }

// notMilvus returns why an answering server is no testable Milvus; nil where it may be one whose
// release the target states.
func (c caller) notMilvus(o connection.Observation) error {
	how := o.Outcome().Summary()
	if o.Detail != "" {
		how += " (" + o.Detail + ")"
	}
	switch o.Outcome() {
	case harness.RefusedNoCertificate, harness.RefusedCertificate, harness.RefusedProtocol, harness.ClosedWithoutAlert, harness.RefusedByClient, harness.RefusedALPN:
		if c.target.Version != "" {
			return nil // it does speak TLS, and refuses our client: there are findings about that
		}
		return &strangerError{fmt.Sprintf("%s cannot be asked what it is, since a client was %s: give version: in %s, and it is judged all the same",
			c.addr, how, c.target.File)}
	default:
		return &strangerError{fmt.Sprintf("%s is no Milvus: a client was %s", c.addr, how)}
	}
}

// logs reports whether the log names a client that was refused, by being refused:
// a file that is not the proxy's, a level that is too low or a relay between us
// and the server leave nothing that could be joined.
func (c caller) logs(ctx context.Context, d deploy.Deployment, version string) (bool, error) {
	_, offset, err := d.Log(-1)
	if err != nil {
		return false, fmt.Errorf("read the log: %w", err)
	}
	o, err := c.ask(ctx, harness.Attempt{Transport: harness.TransportPlain})
	if err != nil || o.Local == "" {
		return false, err
	}
	line, err := deploy.AwaitLog(ctx, d, offset, milvus.Refusal(o.Local), c.bound+milvus.LogDelay(version))
	return line != "", err
}

// Logged reports whether the target has a log to follow.
func (t *Target) Logged() bool { return t.Log != "" || len(t.LogCommand) > 0 }

func (t *Target) follow() (remote.Log, error) {
	switch {
	case t.Log != "":
		return remote.File(t.Log)
	case len(t.LogCommand) > 0:
		return remote.Command(t.LogCommand...)
	}
	return remote.NoLog{}, nil
}
