package run

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/milvus-io/milvus/client/v2/milvusclient"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/features"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/probe"
	"milvus-tls-e2e/harness/traffic"
)

// resolved returns the target of an attempt that leaves everything to the topology.
func (c *cell) resolved(d deploy.Deployment, a harness.Attempt) (probe.Target, error) {
	return c.target(d, a.In(c.topology))
}

// connect returns a client/v2 that is connected as the topology asks for.
func (c *cell) connect(ctx context.Context, d deploy.Deployment) (*milvusclient.Client, error) {
	target, err := c.resolved(d, harness.Attempt{Client: harness.Go, Port: harness.GRPC})
	if err != nil {
		return nil, err
	}
	return probe.Connect(ctx, target)
}

// awaitSettled waits until new collections can be made and loaded: after a
// 2.2.16 was killed, a 2.3.5 in its place was seen to search what was there
// while it still sent new ones to the query node that was gone. It is not asked
// before it has loaded what was there: one collection made meanwhile was seen to
// keep every client of a 2.3.5 waiting for 15 s.
func (c *cell) awaitSettled(ctx context.Context, d deploy.Deployment) error {
	_, err := c.poll(ctx, d, "it takes no new collections", func(ctx context.Context, client *milvusclient.Client) error {
		return c.Data.Try(ctx, client, fmt.Sprintf("trial_%d", scratch.Add(1)))
	})
	return err
}

// poll asks a server until it does what is asked, within the bound, and gives
// what kind of error came last before it did. A server that says that it has no
// vector engine is not asked again.
func (c *cell) poll(ctx context.Context, d deploy.Deployment, fails string,
	ask func(context.Context, *milvusclient.Client) error) (said string, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.Bounds.Load)
	defer cancel()
	client, err := c.connect(ctx, d)
	if err != nil {
		return "", err
	}
	defer func() { _ = client.Close(context.WithoutCancel(ctx)) }()
	poll := time.NewTicker(loadPoll)
	defer poll.Stop()
	for {
		if err = ask(ctx, client); err == nil {
			return said, nil
		}
		if milvus.AnswersNoEngine(err) {
			return said, err
		}
		if ctx.Err() != nil { // what the bound broke off says less than what was answered before it
			return said, fmt.Errorf("%s after %s: %s", fails, c.Bounds.Load, cmp.Or(said, traffic.Class(err)))
		}
		said = traffic.Class(err)
		select {
		case <-poll.C:
		case <-ctx.Done():
		}
	}
}

// loadPoll is how often a server that loads is asked whether it has.
const loadPoll = 200 * time.Millisecond

// user is a user of the data set, in topologies with users. Its password is
// made for the run and stands in no artifact.
type user struct{ name, password string }

func newUser() user { return user{name: "keeper", password: rand.Text()} }

func (u user) create(ctx context.Context, client *milvusclient.Client) error {
	if err := client.CreateUser(ctx, milvusclient.NewCreateUserOption(u.name, u.password)); err != nil {
		return fmt.Errorf("create user: %w", err)
	}
	return nil
}

// logIn looks whether the user's password is accepted, and others are not.
func (p *upgradeRun) logIn(ctx context.Context) observed {
	if !p.old.topology.Users {
		return observed{skip: features.Lacks(harness.Users)}
	}
	t := p.transition()
	for _, try := range []struct {
		as   string
		with probe.Credentials
		want harness.Outcome
	}{
		{"the user with the password", probe.Credentials{User: p.user.name, Password: p.user.password}, harness.Served},
		{"the user with another password", probe.Credentials{User: p.user.name, Password: rand.Text()}, harness.RefusedCredentials},
		{"root", rootUser, harness.Served},
		{"nobody", probe.Credentials{}, harness.RefusedCredentials},
	} {
		target, err := p.next.resolved(p.next.deployed, harness.Attempt{Client: harness.Go, Port: harness.GRPC})
		if err != nil {
			return observed{err: err}
		}
		target.Users = try.with
		o, err := p.next.probe(ctx, target)
		if err != nil {
			return observed{err: err}
		}
		t.Compared++
		got := o.Outcome()
		if got == harness.TimedOut {
			return observed{err: fmt.Errorf("%s was left without an answer", try.as)}
		}
		if got != try.want {
			t.Differ("%s was %s before, and is %s", try.as, try.want.Summary(), got.Summary())
		}
	}
	return observed{facts: &t}
}

// start lets clients ask the old server, and whoever takes its place, for as
// long as the upgrade lasts.
func (p *upgradeRun) start(ctx context.Context) (*traffic.Traffic, error) {
	c := p.old
	clients, err := c.listing(c.deployed, "")
	if err != nil {
		return nil, err
	}
	if p.engineless() == "" { // a search may end a server that has none
		searching, err := p.searching(ctx)
		if err != nil {
			return nil, err
		}
		clients = append(clients, searching...)
	}
	intruders, err := c.intruders(c.deployed)
	if err != nil {
		return nil, err
	}
	p.intruders = traffic.Start(ctx, intruders...)
	return traffic.Start(ctx, clients...), nil
}

// searching returns the clients that need the collections to be loaded.
func (p *upgradeRun) searching(ctx context.Context) ([]traffic.Client, error) {
	c, small := p.old, p.old.Data[1]
	client, err := c.connect(ctx, c.deployed)
	if err != nil {
		return nil, err
	}
	clients := []traffic.Client{{Name: "go, searching", Needs: true, Ask: func(ctx context.Context) error { return small.Search(ctx, client) }}}
	// One that the old server did not serve has nothing to come back to.
	survey := c.check(ctx, start.Check{}.Resolve(c.topology))
	if survey.err == nil && len(survey.facts.(*start.Facts).Serves(harness.REST, harness.HTTP)) > 0 {
		target, err := c.resolved(c.deployed, harness.Attempt{Client: harness.REST, Port: harness.HTTP})
		if err != nil {
			return nil, err
		}
		rest, vector := probe.NewHTTPClient(target), small.Vector()
		clients = append(clients, traffic.Client{Name: "rest, searching", Needs: true, Ask: func(ctx context.Context) error {
			return rest.Search(ctx, small.Name, vector)
		}})
	}
	return clients, nil
}

var errTurnedAway = errors.New("turned away")

// intruders returns the clients that nobody may serve: at each proxy one without TLS, and
// in mode 2 one without a certificate.
func (c *cell) intruders(d deploy.Deployment) ([]traffic.Client, error) {
	if !c.topology.TLS() {
		return nil, nil
	}
	ways := map[string]harness.Attempt{"a client in plaintext": {Transport: harness.TransportPlain}}
	if c.topology.Mode == 2 {
		ways["a client without a certificate"] = harness.Attempt{Identity: harness.Nobody}
	}
	var clients []traffic.Client
	for name, a := range ways {
		for _, a.Port = range c.proxyPorts() {
			a.Client = harness.Raw
			target, err := c.resolved(d, a)
			if err != nil {
				return nil, err
			}
			clients = append(clients, traffic.Client{Name: name + atPort(a.Port), Every: intruderEvery, Ask: func(ctx context.Context) error {
				if o, err := probe.All[harness.Raw].Observe(ctx, target); err != nil || o.Outcome() != harness.Served {
					return errTurnedAway
				}
				return nil
			}})
		}
	}
	return clients, nil
}

// atPort tells a client at the second proxy from the same at the first.
func atPort(p harness.Port) string {
	if p.First() == p {
		return ""
	}
	return " at " + string(p)
}

// An intruder makes a handshake each time, which costs the server more than a
// search does.
const intruderEvery = 500 * time.Millisecond
