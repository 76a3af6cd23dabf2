package schedule

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/probe"
)

// Every Milvus with users on starts with this one (read in its documentation,
// seen on 2.2.16 and 2.3.5).
var rootUser = probe.Credentials{User: "root", Password: "Milvus"}

// scratch numbers the collections that attempts make, so that none meets
// another's.
var scratch atomic.Int64

// attempt makes one attempt against a deployment, and joins to a refusal what
// the server logged about it.
func (c *cell) attempt(ctx context.Context, d deploy.Deployment, a harness.Attempt) (harness.Observation, error) {
	target, err := c.target(d, a)
	if err != nil {
		return harness.Observation{}, err
	}
	p := probe.All[a.Via]
	if p == nil {
		return harness.Observation{}, fmt.Errorf("there is no probe for the client %q", a.Via)
	}
	_, offset, err := d.Log(-1)
	if err != nil {
		return harness.Observation{}, fmt.Errorf("read log: %w", err)
	}
	o, err := c.observe(ctx, p, target)
	if err != nil {
		return o, err
	}
	if o.Alert == nil || o.Local == "" || o.Plaintext {
		return o, nil
	}
	bound := c.Bounds.Log
	if !c.features[harness.LogsGRPC] && a.At == harness.GRPC || !c.features[harness.LogsREST] && a.At == harness.HTTP {
		bound = time.Millisecond
	}
	o.Log, err = deploy.AwaitLog(ctx, d, offset, milvus.Refusal(o.Local), bound)
	return o, err
}

// observe makes an attempt when it is its turn. A data path takes none: it
// spends its seconds waiting for the server.
func (c *cell) observe(ctx context.Context, p probe.Probe, t probe.Target) (harness.Observation, error) {
	if t.Attempt.Ask != harness.AskData {
		c.attempts <- struct{}{}
		defer func() { <-c.attempts }()
	}
	return p.Observe(ctx, t)
}

func (c *cell) target(d deploy.Deployment, a harness.Attempt) (probe.Target, error) {
	cert, err := c.Wallet.Identity(a.As)
	if err != nil {
		return probe.Target{}, err
	}
	t := probe.Target{
		Attempt: a, Addr: d.Addr(a.At), Cert: cert, Trusted: trusted(c.Wallet, a.Trusting), Release: c.features,
		Scratch: fmt.Sprintf("e2e_%d", scratch.Add(1)), Bound: c.Bounds.Attempt,
		Files: probe.ClientFiles{CA: c.files.Trust(a.Trusting)},
	}
	if a.As != harness.Nobody {
		t.Files.Cert, t.Files.Key = c.files.Client(a.As)
	}
	if a.Ask == harness.AskData {
		t.Bound = c.Bounds.Data
	}
	switch a.Login {
	case harness.LoginRoot:
		t.Users = rootUser
	case harness.LoginWrong:
		t.Users = probe.Credentials{User: rootUser.User, Password: "not-" + rootUser.Password}
	case harness.LoginNone:
	}
	return t, nil
}

// ready makes one control data call in each way in which a server of any
// honesty may answer: as configured, in plaintext, over TLS.
func (c *cell) ready(ctx context.Context, d deploy.Deployment, t harness.Topology) error {
	var last error
	for _, a := range waysIn(t) {
		target, err := c.target(d, a)
		if err != nil {
			return err
		}
		target.Bound = min(target.Bound, 2*time.Second)
		o, err := probe.All[harness.Raw].Observe(ctx, target)
		switch {
		case err != nil:
			last = err
		case o.Answer == harness.AnswerData:
			return nil
		case o.End == harness.EndDialRefused:
			return errors.New("nothing listens")
		case o.Answer != "":
			return errors.New(o.Outcome().Words()) // the right way in, too early
		default:
			last = errors.New(o.Outcome().Words())
		}
	}
	return last
}

// awaitRefusalLog waits until the server logs whom it refuses. A real 2.3.5
// sets gRPC's logger up only some time after it serves (seen: several refusals
// later), and a refusal before that leaves no line to join.
func (c *cell) awaitRefusalLog(ctx context.Context) {
	if !c.boot.Ready || !c.topology.TLS() || !c.features[harness.LogsGRPC] {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, c.Bounds.Log)
	defer cancel()
	intruder := harness.Attempt{Via: harness.Raw, At: harness.GRPC, Over: harness.WirePlain}.Fit(c.topology).(harness.Attempt)
	for ctx.Err() == nil {
		_, offset, err := c.deployed.Log(-1)
		if err != nil {
			return
		}
		target, err := c.target(c.deployed, intruder)
		if err != nil {
			return
		}
		o, err := probe.All[harness.Raw].Observe(ctx, target)
		if err != nil || o.Answer != "" {
			return // the port is no TLS port, which the cases will find out
		}
		line, err := deploy.AwaitLog(ctx, c.deployed, offset, milvus.Refusal(o.Local), c.Bounds.Log/20)
		if err != nil || line != "" {
			return
		}
	}
}

// listens tells whether a server has come as far as to open its management
// port: up to then it burns a core, from then on it waits for its components.
func listens(ctx context.Context, d deploy.Deployment) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", d.Addr(harness.Management))
	if err != nil {
		return err
	}
	return conn.Close()
}

func waysIn(t harness.Topology) []harness.Attempt {
	as := func(a harness.Attempt) harness.Attempt { return a.Fit(t).(harness.Attempt) }
	configured := as(harness.Attempt{Via: harness.Raw, At: harness.GRPC})
	ways := []harness.Attempt{configured}
	for _, over := range []harness.Wire{harness.WirePlain, harness.WireTLS} {
		if other := as(harness.Attempt{Via: harness.Raw, At: harness.GRPC, Over: over, As: identityOver(over)}); other != configured {
			ways = append(ways, other)
		}
	}
	return ways
}

func identityOver(w harness.Wire) string {
	if w == harness.WireTLS {
		return harness.Good
	}
	return harness.Nobody
}

// takeStart starts a server with one change, or looks at the cell's own start
// where there is none, and surveys what it serves.
func (c *cell) takeStart(ctx context.Context, change harness.Change) seen {
	if change == (harness.Change{}) {
		if c.failed != nil {
			return seen{err: c.failed}
		}
		return c.surveyed(ctx, c.deployed, c.boot)
	}
	name := c.name.String() + " with " + change.String()
	c.boots <- struct{}{}
	d, boot, err := c.start(ctx, name, c.topology, change)
	if d != nil {
		defer c.end(d, name)
	}
	if err != nil {
		return seen{err: err}
	}
	return c.surveyed(ctx, d, boot)
}

// surveyed adds to a start what the server serves, way by way.
func (c *cell) surveyed(ctx context.Context, d deploy.Deployment, boot harness.Boot) seen {
	if boot.Ready {
		ways := []harness.Attempt{{Via: harness.Raw, At: harness.GRPC}, {Via: harness.REST, At: harness.GRPC}}
		if d.Addr(harness.HTTP) != d.Addr(harness.GRPC) {
			ways = append(ways, harness.Attempt{Via: harness.REST, At: harness.HTTP})
		}
		for _, way := range ways {
			for _, over := range []harness.Wire{harness.WireTLS, harness.WirePlain} {
				way.Over, way.As = over, identityOver(over)
				o, err := c.attempt(ctx, d, way.Fit(c.topology).(harness.Attempt))
				if err != nil {
					return seen{err: fmt.Errorf("survey what was started: %w", err)}
				}
				boot.Survey = append(boot.Survey, harness.Seen{
					Port: way.At, Speaks: way.Via, Wire: over, Outcome: o.Outcome(), Peer: o.Peer,
				})
			}
		}
	}
	return seen{observation: &harness.Observation{Seconds: boot.Seconds, Boot: &boot}}
}

// names are the words of which one must stand in the reason of a server that
// ended over a file: the setting, the path, or what the file is called.
func names(change harness.Change) []string {
	kinds := map[harness.File][]string{
		harness.ServerCert: {"certificate", "server pem"},
		harness.ServerKey:  {"private key", "key input", "server key"},
		harness.CACert:     {"ca pem", "ca cert", "append ca"},
	}
	if change.File == "" {
		return nil
	}
	setting := change.File.SettingFor()
	return append([]string{setting, setting[strings.LastIndex(setting, ".")+1:], string(change.File)}, kinds[change.File]...)
}

// trusted gives the pool of what a client trusts.
func trusted(w *pki.Wallet, t harness.Trust) *x509.CertPool {
	switch t {
	case harness.TrustServer:
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(w.Server().CertPEM())
		return pool
	case harness.TrustOther:
		return w.OtherCA().Pool()
	case harness.TrustCA:
	}
	return w.CA().Pool()
}
