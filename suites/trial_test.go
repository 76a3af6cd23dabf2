//go:build !e2e

package suites

import (
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/results"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/dataset"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/probe"
	"milvus-tls-e2e/harness/run"
	"milvus-tls-e2e/suites/claims"
	"milvus-tls-e2e/suites/topologies"
)

// A trial is what a stand-in is judged with.
type trial struct {
	certs      *pki.CertSet
	clients    []harness.Client
	topologies []string
	faults     []standin.Fault
	real       bool             // they behave as real servers of their lines
	ending     standin.Ending   // of their failed starts; drawn where it is ""
	recipes    []pki.Recipe     // nil for ideal ones
	servers    []harness.Server // nil for servers()
	foreign    *probe.Workers   // clients in other languages; nil for honest ones
	upgrade    *plan.Upgrade    // from the first server to the second; nil for none
	ends       standin.Ends     // how servers end by themselves; zero where none does
	told       func(run.Event)
	log        func(name string, text []byte) // given each server's log when it has ended
	about      []string                       // claims; nil for every one
	soak       int                            // how often what must be refused is judged; 0 for once
}

// plan returns what the trial judges.
func (x trial) plan(t *testing.T) plan.Plan {
	t.Helper()
	if x.servers == nil {
		x.servers = servers()
	}
	plan, err := plan.New(plan.Inputs{
		Servers: x.servers, Topologies: x.topologies, Clients: x.clients, Machine: machineHere(t), Upgrade: x.upgrade,
	}, asked(x.about), topologies.All())
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func (x trial) judged(t *testing.T) []results.Result {
	t.Helper()
	leftToMakeTest(t)
	if x.recipes == nil {
		x.recipes = ideal()
	}
	if x.foreign == nil {
		x.foreign = workers("")
	}
	t.Cleanup(x.foreign.Close)
	provider := standin.New(x.certs, x.faults...)
	if x.real {
		provider = standin.Real(x.certs, x.faults...)
		provider.Always(x.ending)
	}
	provider.End(x.ends)
	t.Cleanup(func() {
		if err := provider.Close(); err != nil {
			t.Error(err)
		}
	})
	bounds := testBounds
	if x.ends.Hangs || slices.ContainsFunc(x.faults, func(l standin.Fault) bool { return slices.Contains(leavesWaiting, l) }) {
		bounds = hurried(bounds)
	}
	s, err := run.New(run.Config{
		Plan: x.plan(t), Claims: claims.All(), Topologies: topologies.All(), CertSet: x.certs, Recipes: x.recipes, Dir: t.TempDir(),
		Providers: map[string]deploy.Provider{provider.Name(): provider}, Cells: 4, Boots: 8, Bounds: bounds,
		Manifest: fixtures.Manifest, Probes: x.foreign.Probes(), Data: dataset.Small, Progress: x.told, Log: x.log, Soak: x.soak,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Run(t.Context())
	return s.Results()
}

func machineHere(t *testing.T) []harness.Feature {
	t.Helper()
	// A stand-in has what Compose would mount for it.
	machine := append(pki.Features(t.Context()), harness.PrivateTrust, harness.OldStore, harness.HasCompose, harness.HasClusters, harness.HasKafka, harness.Rolls, harness.SpecialFiles)
	if full {
		machine = append(machine, harness.WholeMatrix)
	}
	for _, sdk := range harness.SDKs() {
		machine = append(machine, sdk.Needs()...)
	}
	if _, err := exec.LookPath("curl"); err == nil {
		machine = append(machine, harness.Curl.Feature())
	}
	return machine
}

// goHere is the release that stand-ins are built with, as this test is.
var goHere = strings.TrimPrefix(runtime.Version(), "go")

// servers are two releases: one with REST v1 that every claim is made for, and
// one that has REST v2 too, for the claim that needs it.
func servers() []harness.Server {
	all := []string{}
	for _, c := range claims.All() {
		if denied[c.ID] == "" {
			all = append(all, c.ID)
		}
	}
	features := []harness.Feature{harness.RESTv1, harness.ManagementV1, harness.LogsGRPC, harness.LogsREST, harness.RefusesShared, harness.RESTHTTP2, harness.RESTHSTS, harness.StoreFloor}
	return []harness.Server{
		{Version: "2.3.0", Line: "2.3", Provider: "standin", Storage: "object", Go: goHere, Features: features, Claims: all},
		{Version: "2.5.0", Line: "2.5", Provider: "standin", Storage: "object", Features: append(slices.Clone(features), harness.RESTv2), Claims: []string{"curl-answer"}},
	}
}

// by returns the claims that have a result with one of the verdicts, sorted, and
// one reason for each.
func by(results []results.Result, verdicts ...harness.Verdict) map[string]string {
	found := map[string]string{}
	for _, r := range results {
		if slices.Contains(verdicts, r.Verdict) {
			found[r.Claim] = fmt.Sprintf("%s %s: %s", r.Topology, r.Case, r.Reason)
		}
	}
	return found
}
