package run

import (
	"context"
	"fmt"
	"reflect"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
)

// A runner takes the checks of one kind at a cell, and adds to the evidence what such a
// check is held against.
type runner struct {
	observe func(*cell, context.Context, harness.Check) observed
	prove   func(*cell, context.Context, harness.Check, observed, *checks.Evidence)
	skip    func(*cell) string // why none is judged at the cell; nil where each is
}

// runners are those of every kind of check. Each kind's file adds its own.
var runners = map[reflect.Type]runner{}

// runs makes a runner known. A kind whose checks are held against nothing has no hold.
func runs[L harness.Check](observe func(*cell, context.Context, L) observed, prove func(*cell, context.Context, L, observed, *checks.Evidence)) struct{} {
	r := runner{observe: func(c *cell, ctx context.Context, l harness.Check) observed { return observe(c, ctx, l.(L)) }}
	if prove != nil {
		r.prove = func(c *cell, ctx context.Context, l harness.Check, saw observed, e *checks.Evidence) {
			prove(c, ctx, l.(L), saw, e)
		}
	}
	runners[reflect.TypeFor[L]()] = r
	return struct{}{}
}

// skips registers, for a registered kind, why none of its checks is judged at a cell.
func skips[L harness.Check](why func(*cell) string) struct{} {
	r := runners[reflect.TypeFor[L]()]
	r.skip = why
	runners[reflect.TypeFor[L]()] = r
	return struct{}{}
}

func (c *cell) observe(ctx context.Context, l harness.Check) observed {
	r, known := runners[reflect.TypeOf(l)]
	if !known {
		return observed{err: fmt.Errorf("there is no runner for a check of type %T", l)}
	}
	return r.observe(c, ctx, l)
}

func (c *cell) evidence(ctx context.Context, l harness.Check, saw observed) checks.Evidence {
	e := checks.Evidence{Saw: saw.facts, Err: saw.err}
	if c.certs == nil {
		return e
	}
	e.ConfiguredCert = c.certs.Server().Fingerprint()
	if prove := runners[reflect.TypeOf(l)].prove; prove != nil {
		prove(c, ctx, l, saw, &e)
	}
	return e
}

// against adds a control, which is made once.
func (c *cell) against(ctx context.Context, control harness.Check, e *checks.Evidence) {
	s := c.check(ctx, control)
	e.Control, e.ControlErr = s.facts, s.err
}
