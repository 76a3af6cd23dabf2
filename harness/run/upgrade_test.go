package run

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/checks/upgrade"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/results"
)

// What a busy machine may have done is no finding about an upgrade.
func TestWhatABusyMachineDoesShowsNothing(t *testing.T) {
	for boot, want := range map[*start.Facts]bool{{Ready: true}: false, {Exited: true}: false, {Seconds: 90}: true} {
		if got := hangs(*boot) != nil; got != want {
			t.Errorf("%+v hangs: %v", boot, got)
		}
	}
	for err, want := range map[error]bool{
		nil:                                 false,
		errors.New("collection not found"):  false,
		status.Error(codes.NotFound, "row"): false,
		fmt.Errorf("connect: %w", context.DeadlineExceeded):                     true,
		fmt.Errorf("connect: %w", status.Error(codes.DeadlineExceeded, "late")): true,
	} {
		if got := late(err); got != want {
			t.Errorf("%v is late: %v", err, got)
		}
	}
}

// What nobody could judge of the new release is none of its changes.
func TestOnlyWhatIsRefutedHasChanged(t *testing.T) {
	from, to := harness.Cell{Version: "1"}, harness.Cell{Version: "2"}
	for verdict, want := range map[harness.Verdict]string{
		harness.Confirmed: "", harness.NotApplicable: "", harness.Refuted: "a difference", harness.Inconclusive: "an error", harness.Unjudged: "an error",
	} {
		s := &Scheduler{
			index: map[harness.Cell][]int{from: {0}, to: {1}},
			results: []results.Result{
				{Claim: "c", Case: "one", Verdict: harness.Confirmed}, {Claim: "c", Case: "one", Verdict: verdict, Reason: "so it is"},
			},
		}
		p := &upgradeRun{Upgrade: &plan.Upgrade{From: "1", To: "2"}, old: &cell{Scheduler: s, name: from}, next: &cell{Scheduler: s, name: to}}
		saw, got := p.verdicts(), ""
		switch {
		case saw.err != nil:
			got = "an error"
		case len(saw.facts.(*upgrade.Facts).Differences) > 0:
			got = "a difference"
		}
		if got != want {
			t.Errorf("%v gives %q, want %q (%v)", verdict, got, want, saw.err)
		}
	}
}

// What a race decides anew at each start has not changed.
func TestARaceIsNoChange(t *testing.T) {
	from, to := harness.Cell{Version: "1"}, harness.Cell{Version: "2"}
	for want, differ := range map[harness.Outcome]int{start.FailureStatus: 0, start.NotStarted: 1} {
		one := func(v harness.Verdict) results.Result {
			return results.Result{Claim: "c", Case: "one", Want: want.String(), Verdict: v}
		}
		s := &Scheduler{index: map[harness.Cell][]int{from: {0}, to: {1}}, results: []results.Result{one(harness.Confirmed), one(harness.Refuted)}}
		p := &upgradeRun{Upgrade: &plan.Upgrade{From: "1", To: "2"}, old: &cell{Scheduler: s, name: from}, next: &cell{Scheduler: s, name: to}}
		if got := p.verdicts().facts.(*upgrade.Facts).Differences; len(got) != differ {
			t.Errorf("%s: %q", want, got)
		}
	}
}
