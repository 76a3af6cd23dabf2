package run

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/chains"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/probe"
)

// An Oracle says which client chains a server's Go release accepts below a certificate set's CA.
type Oracle func(ctx context.Context, server harness.Server, certs *pki.CertSet, all []pki.ClientChain) (Said, error)

// Said is what an oracle says of each chain.
type Said struct {
	Release   string   // whose crypto/x509 it is
	Verdicts  []string // chains.Accepted, or why not
	Explained int      // how many of these are known to be otherwise of the release that was asked for than of this one
}

// ThisGo is the oracle that a run has at hand: the crypto/x509 that it is built with, and
// what is known of how earlier ones differ.
func ThisGo(_ context.Context, server harness.Server, certs *pki.CertSet, all []pki.ClientChain) (Said, error) {
	own, _, _ := strings.Cut(strings.TrimPrefix(runtime.Version(), "go"), " ")
	said := Said{Release: own, Verdicts: make([]string, len(all))}
	var explained atomic.Int64
	var work sync.WaitGroup
	workers := runtime.NumCPU()
	for worker := range workers {
		work.Go(func() {
			for i := worker; i < len(all); i += workers {
				differs, why := certs.AcceptsAs(server.Go, all[i])
				if differs {
					explained.Add(1)
				}
				said.Verdicts[i] = chains.Accepted
				if why != nil {
					said.Verdicts[i] = why.Error()
				}
			}
		})
	}
	work.Wait()
	said.Explained = int(explained.Load())
	return said, nil
}

// chainsAtOnce is how many clients show a chain at a time: enough for the server and the
// clients to keep every core busy.
const chainsAtOnce = 8

var _ = runs((*cell).observeChains, nil)

// observeChains shows the cell's server chains, and good clients before and after.
func (c *cell) observeChains(ctx context.Context, l chains.Check) observed {
	if s, spared := c.spared(l.Port); spared {
		return s
	}
	return c.undergo(ctx, func(d deploy.Deployment, offset int64) (harness.Facts, error) { return c.showChains(ctx, d, offset, l) })
}

func (c *cell) showChains(ctx context.Context, d deploy.Deployment, offset int64, l chains.Check) (*chains.Facts, error) {
	all, err := c.certs.ClientChains(l.Sample)
	if err != nil {
		return nil, err
	}
	facts := &chains.Facts{BuiltWith: c.server.Go}
	oracle := c.Oracle
	if oracle == nil {
		oracle = ThisGo
	}
	said, err := oracle(ctx, c.server, c.certs, all)
	if err != nil {
		return nil, fmt.Errorf("ask crypto/x509: %w", err)
	}
	facts.Oracle, facts.Explained = said.Release, said.Explained
	good, err := c.healthCheck(ctx, d, l.HealthCheck())
	if facts.Before = good.Outcome; err != nil || facts.Before != harness.Served {
		return facts, err
	}
	target, err := c.healthTarget(d, l.HealthCheck())
	if err != nil {
		return nil, err
	}
	shown := make([]pki.Cert, len(all))
	for i := range all {
		shown[i] = all[i].Cert
	}
	begin := time.Now()
	outcomes, err := probe.Many(ctx, target, shown, chainsAtOnce)
	if err != nil {
		return nil, err
	}
	facts.Seconds = time.Since(begin).Seconds()
	facts.PerSecond = float64(len(outcomes)) / facts.Seconds
	for i, outcome := range outcomes {
		facts.Add(all[i].Name, outcome, said.Verdicts[i])
	}
	good, err = c.healthCheck(ctx, d, l.HealthCheck())
	if facts.After = good.Outcome; err != nil || facts.After == harness.Served {
		return facts, err
	}
	c.awaitExit(ctx, d)
	exited, status, last, err := c.exitOf(d, offset)
	if err == nil && exited {
		err = fmt.Errorf("the server ended with status %d while chains were shown: %s", status, last)
	}
	return facts, err
}
