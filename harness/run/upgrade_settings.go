package run

import (
	"context"
	"errors"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/checks/upgrade"
)

// settings starts the new release with the old one's milvus.yaml, on nothing,
// and compares what it serves with what the old one serves.
func (p *upgradeRun) settings(ctx context.Context, change harness.ConfigChange) observed {
	if change == (harness.ConfigChange{}) {
		<-p.surveyed
	}
	was := p.old.check(ctx, start.Check{Change: change}.Resolve(p.old.topology))
	if was.err != nil {
		return was
	}
	l := p.next.launch(p.next.name.String()+" as "+p.From+" with "+change.String(), p.next.topology, start.Check{Change: change})
	l.Settings = &p.old.server
	is := p.next.startAnother(ctx, l, p.next.surveyed)
	if is.err != nil {
		return is
	}
	before, now := was.facts.(*start.Facts), is.facts.(*start.Facts)
	if started(before) != started(now) {
		if err := errors.Join(hangs(*before), hangs(*now)); err != nil {
			return observed{err: err}
		}
	}
	t := upgrade.Facts{From: p.From, To: p.To}
	meaning(&t, before, now)
	return observed{facts: &t}
}

// meaning compares what two releases made of the same settings.
func meaning(t *upgrade.Facts, was, is *start.Facts) {
	t.Compared = 1
	if a, b := started(was), started(is); a != b {
		t.Differ("%s %s, and %s %s", t.From, a, t.To, b)
		return
	}
	if !was.Ready {
		t.Notes = append(t.Notes, "both "+started(is))
		return
	}
	t.Compared += len(was.Survey)
	if a, b := was.ServedSummary(), is.ServedSummary(); a != b {
		t.Differ("%s serves %s, and %s serves %s", t.From, a, t.To, b)
	}
	t.Notes = append(t.Notes, "both serve "+is.ServedSummary())
}

func started(b *start.Facts) string {
	switch {
	case b.Ready:
		return "starts"
	case b.Exited:
		return "ends at its start"
	}
	return "never becomes ready"
}
