//go:build e2e

package suites

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/suites/topologies"
)

// configured gives the settings of the plan's topologies, for the reports.
func configured(plan harness.Plan) (map[string][]string, error) {
	all := map[string][]string{}
	for _, t := range topologies.All() {
		if !slices.Contains(plan.Topologies, t.Name) {
			continue
		}
		var err error
		if all[t.Name], err = milvus.Settings(t); err != nil {
			return nil, err
		}
	}
	return all, nil
}
