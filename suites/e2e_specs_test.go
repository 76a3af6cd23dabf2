//go:build e2e

package suites

import (
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/e2e"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/results"
	"milvus-tls-e2e/suites/claims"
)

// tree builds the specs, one for each entry of the plan.
func tree(r *e2e.Run) {
	for _, cell := range r.Plan.Cells {
		ginkgo.Describe(cell.String(), ginkgo.Label(cell.Version, cell.Topology, cell.String()), func() {
			for i, p := range r.Plan.Cases {
				if p.Cell == cell {
					spec(r, i, p)
				}
			}
		})
	}
}

func spec(r *e2e.Run, i int, p plan.Planned) {
	labels := ginkgo.Label(p.Claim)
	if p.Client != "" {
		labels = ginkgo.Label(p.Claim, string(p.Client))
	}
	ginkgo.It(specName(p), labels, place(p.Claim), func(ctx ginkgo.SpecContext) {
		result, started := r.Wait(ctx, i)
		if !started {
			ginkgo.Fail("the run could not start; its last line says why")
		}
		if result.Verdict == harness.NotApplicable {
			ginkgo.Skip(result.Reason)
		}
		gomega.Expect(result).To(beAsExpected{})
	})
}

func specName(p plan.Planned) string { return p.Claim + ": " + p.Case }

// place makes a failure point at the claim's file.
func place(id string) types.CodeLocation {
	for _, c := range claims.All() {
		if c.ID == id {
			return types.CodeLocation{FileName: c.File, LineNumber: c.Line}
		}
	}
	return types.NewCodeLocation(1)
}

// beAsExpected matches a result that does not make the run fail.
type beAsExpected struct{}

func (beAsExpected) Match(actual any) (bool, error) { return !actual.(results.Result).Red(), nil }

func (beAsExpected) FailureMessage(actual any) string { return actual.(results.Result).Sentence() }

func (beAsExpected) NegatedFailureMessage(actual any) string {
	return beAsExpected{}.FailureMessage(actual)
}

// selected asks Ginkgo which specs its focus and labels leave.
func selected(plan plan.Plan) []bool {
	chosen := make([]bool, len(plan.Cases))
	index := map[string]int{}
	for i, p := range plan.Cases {
		index[p.Cell.String()+" "+specName(p)] = i
	}
	for _, s := range ginkgo.PreviewSpecs("Milvus TLS").SpecReports {
		if i, known := index[s.FullText()]; known && s.State == types.SpecStatePassed {
			chosen[i] = true
		}
	}
	return chosen
}
