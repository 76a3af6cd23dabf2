package run

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/milvus-io/milvus/client/v2/milvusclient"

	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/checks/upgrade"
	"milvus-tls-e2e/harness/dataset"
	"milvus-tls-e2e/harness/deploy"
)

// stopDuringDrop drops all but one of an old server's collections, stops it while it is
// still releasing them, and starts the new release in its place.
func (p *upgradeRun) stopDuringDrop(ctx context.Context) observed {
	name := p.old.name.String() + " stopped right after a drop"
	first, _, err := p.another(ctx, name)
	if first != nil {
		defer p.old.end(first, name)
	}
	if err != nil {
		return observed{err: err}
	}
	kept, dropped := p.old.Data[:1], p.old.Data[1:]
	before, err := p.drop(ctx, first, kept, dropped)
	if err != nil {
		return observed{err: err}
	}
	after := p.next.name.String() + " after a drop"
	l := p.next.launch(after, p.next.topology, start.Check{})
	next, boot, err := p.follow(ctx, first, p.next, l)
	if next != nil {
		defer p.next.end(next, after)
	}
	if err = errors.Join(err, hangs(boot)); err != nil {
		return observed{err: err}
	}
	t := upgrade.Facts{From: p.From, To: p.To, Boot: boot.Seconds, Compared: len(before.Schemas) + len(before.Rows) + len(dropped)}
	if boot.Ready {
		err = p.next.watched(ctx, next, boot, l, func(ctx context.Context) observed {
			return observed{err: p.gone(ctx, next, kept, before, dropped, &t)}
		}).err
	} else {
		t.Differ("%s ends at its start on what is left of %d dropped collections: %s", p.To, len(dropped), boot.Why())
		err = p.wayBack(ctx, next, name+", again", &t)
	}
	if err != nil {
		return observed{err: err}
	}
	return observed{facts: &t}
}

// wayBack reports whether the old release starts where the new one did not.
func (p *upgradeRun) wayBack(ctx context.Context, d deploy.Deployment, name string, t *upgrade.Facts) error {
	again, boot, err := p.follow(ctx, d, p.old, p.old.launch(name, p.old.topology, start.Check{}))
	if again != nil {
		defer p.old.end(again, name)
	}
	switch err = errors.Join(err, hangs(boot)); {
	case err != nil:
		return err
	case boot.Ready:
		t.Notes = append(t.Notes, p.From+" starts again")
	default:
		t.Differ("%s does not start again either: %s", p.From, boot.Why())
	}
	return nil
}

// drop drops some collections, after what stays was read.
func (p *upgradeRun) drop(ctx context.Context, d deploy.Deployment, kept, dropped dataset.Set) (dataset.Reading, error) {
	before, err := p.readBack(ctx, p.old, d, kept)
	if err == nil {
		err = p.old.with(ctx, d, dropped.Drop)
	}
	return before, err
}

// gone tells what the new server still has of what was dropped, and has no more
// of what was not.
func (p *upgradeRun) gone(ctx context.Context, d deploy.Deployment, kept dataset.Set, before dataset.Reading, dropped dataset.Set, t *upgrade.Facts) error {
	err := p.next.with(ctx, d, func(ctx context.Context, client *milvusclient.Client) error {
		names, err := client.ListCollections(ctx, milvusclient.NewListCollectionOption())
		for _, c := range dropped {
			if slices.Contains(names, c.Name) {
				t.Differ("%s was dropped and is there", c.Name)
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("list collections: %w", err)
	}
	if t.Said, err = p.awaitLoaded(ctx, p.next, d, kept); err != nil {
		return err
	}
	after, err := p.readBack(ctx, p.next, d, kept)
	if err == nil {
		after.SchemasSince(before, t.Differ)
		if after.Rows != nil && before.Rows != nil {
			after.RowsSince(before, t.Differ)
		}
	}
	return err
}
