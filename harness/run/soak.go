package run

import (
	"context"
	"fmt"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
)

// soaks reports whether a check is repeated: a negative one of the cell's own server, in a soak
// run.
func (c *cell) soaks(l harness.Check, want harness.Outcome) bool {
	return c.Soak > 1 && want != harness.Served && c.traits(l).Again
}

// soak makes a check as often as the run is asked to, and has each judged. What does not
// always come to the same verdict is left open: neither verdict can be relied on.
func (c *cell) soak(ctx context.Context, l harness.Check, want harness.Outcome, first checks.Judgement) (checks.Judgement, map[string]int) {
	counts := map[string]int{first.Verdict.String(): 1}
	other := ""
	for n := 1; n < c.Soak && ctx.Err() == nil; n++ {
		j := checks.Judge(l, want, c.evidence(ctx, l, c.observe(ctx, l)))
		if ctx.Err() != nil {
			break // interrupted: what was seen may be the interruption's
		}
		counts[j.Verdict.String()]++
		if j.Verdict != first.Verdict && other == "" {
			other = fmt.Sprintf("time %d was %s: %s", n+1, j.Verdict, j.Reason)
		}
	}
	if len(counts) > 1 {
		first.Cause = harness.CauseUnstable
		first.Reason = fmt.Sprintf("of %d times %d were %s (%s); %s", c.Soak, counts[first.Verdict.String()], first.Verdict, first.Reason, other)
		first.Verdict = harness.Inconclusive
	}
	return first, counts
}
