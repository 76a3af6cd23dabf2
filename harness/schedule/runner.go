package schedule

import (
	"context"
	"fmt"
	"reflect"

	"milvus-tls-e2e/harness"
)

// A runner takes the looks of one kind at a cell, and adds to the evidence what such a
// look is held against.
type runner struct {
	take func(*cell, context.Context, harness.Look) seen
	hold func(*cell, context.Context, harness.Look, seen, *harness.Evidence)
}

// runners are those of every kind of look. Each kind's file adds its own.
var runners = map[reflect.Type]runner{}

// runs makes a runner known. A kind whose looks are held against nothing has no hold.
func runs[L harness.Look](take func(*cell, context.Context, L) seen, hold func(*cell, context.Context, L, seen, *harness.Evidence)) struct{} {
	r := runner{take: func(c *cell, ctx context.Context, l harness.Look) seen { return take(c, ctx, l.(L)) }}
	if hold != nil {
		r.hold = func(c *cell, ctx context.Context, l harness.Look, saw seen, e *harness.Evidence) {
			hold(c, ctx, l.(L), saw, e)
		}
	}
	runners[reflect.TypeFor[L]()] = r
	return struct{}{}
}

func (c *cell) take(ctx context.Context, l harness.Look) seen {
	r, known := runners[reflect.TypeOf(l)]
	if !known {
		return seen{err: fmt.Errorf("nobody knows how to take a look of type %T", l)}
	}
	return r.take(c, ctx, l)
}

// evidence puts together what Judge looks at.
func (c *cell) evidence(ctx context.Context, l harness.Look, saw seen) harness.Evidence {
	e := harness.Evidence{Saw: saw.facts, Err: saw.err}
	if c.wallet == nil {
		return e
	}
	e.Configured = c.wallet.Server().Fingerprint()
	if hold := runners[reflect.TypeOf(l)].hold; hold != nil {
		hold(c, ctx, l, saw, &e)
	}
	return e
}

// against has a look held against another, which is taken where nobody has yet.
func (c *cell) against(ctx context.Context, control harness.Look, e *harness.Evidence) {
	s := c.look(ctx, control)
	e.Control, e.Lost = s.facts, s.err
}
