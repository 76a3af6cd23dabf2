package run

import (
	"cmp"
	"context"
	"fmt"

	"github.com/milvus-io/milvus/client/v2/milvusclient"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/dataset"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// answersNoEngine reports whether a server's answer to a search shows that its release has no
// vector engine.
func (c *cell) answersNoEngine(err error) bool {
	if !milvus.AnswersNoEngine(err) {
		return false
	}
	c.lacksEngine(short(err.Error()))
	return true
}

// short shortens a server's text for a sentence.
func short(text string) string {
	const most = 300
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// engineless is why no row can be compared in this upgrade; empty where it can.
func (p *upgradeRun) engineless() string { return cmp.Or(p.old.noEngine(), p.next.noEngine()) }

// rowless reports whether a release's servers are asked for collections alone, since the old one
// could not write rows.
func (p *upgradeRun) rowless(c *cell) bool { return cmp.Or(p.old.noEngine(), c.noEngine()) != "" }

// with has something done by a client that is connected as the topology asks for.
func (c *cell) with(ctx context.Context, d deploy.Deployment, do func(context.Context, *milvusclient.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.Bounds.Write)
	defer cancel()
	client, err := c.connect(ctx, d)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close(ctx) }()
	return do(ctx, client)
}

// trySearch tests whether a server of unknown build has a vector engine: one without was seen
// never to finish the index of flushed rows, and to report it at once for a search.
func (p *upgradeRun) trySearch(ctx context.Context, c *cell, d deploy.Deployment) {
	if !c.features[harness.OwnBuild] || p.rowless(c) {
		return
	}
	c.answersNoEngine(c.with(ctx, d, func(ctx context.Context, client *milvusclient.Client) error {
		return c.Data.TryFlat(ctx, client, fmt.Sprintf("trial_%d", scratch.Add(1)))
	}))
}

// fill writes a set into a server, as far as its release can, and reads it back.
func (p *upgradeRun) fill(ctx context.Context, c *cell, d deploy.Deployment, set dataset.Set) (dataset.Reading, error) {
	p.trySearch(ctx, c, d)
	r, err := p.fillOnce(ctx, c, d, set)
	if c.answersNoEngine(err) { // which was not known before
		if err = c.with(ctx, d, set.Drop); err == nil {
			r, err = p.fillOnce(ctx, c, d, set)
		}
	}
	return r, err
}

func (p *upgradeRun) fillOnce(ctx context.Context, c *cell, d deploy.Deployment, set dataset.Set) (r dataset.Reading, err error) {
	write, read := set.Write, set.Read
	if p.rowless(c) {
		write, read = set.Make, set.Describe
	}
	return r, c.with(ctx, d, func(ctx context.Context, client *milvusclient.Client) error {
		if err := write(ctx, client); err != nil {
			return err
		}
		r, err = read(ctx, client)
		return err
	})
}

// readBack reads a whole set, as far as the release can.
func (p *upgradeRun) readBack(ctx context.Context, c *cell, d deploy.Deployment, set dataset.Set) (r dataset.Reading, err error) {
	by := func(read func(context.Context, *milvusclient.Client) (dataset.Reading, error)) error {
		return c.with(ctx, d, func(ctx context.Context, client *milvusclient.Client) error {
			r, err = read(ctx, client)
			return err
		})
	}
	if !p.rowless(c) {
		if err = by(set.Read); !c.answersNoEngine(err) {
			return r, err
		}
	}
	err = by(set.Describe)
	return r, err
}

// awaitLoaded waits until every collection of a set can be searched, and gives
// what a search was answered last before it could be. A server that searches
// nothing is not waited for.
func (p *upgradeRun) awaitLoaded(ctx context.Context, c *cell, d deploy.Deployment, set dataset.Set) (said string, err error) {
	if p.rowless(c) {
		return "", nil
	}
	said, err = c.poll(ctx, d, "its collections are not searchable", set.Search)
	if c.answersNoEngine(err) {
		return "", nil
	}
	return said, err
}
