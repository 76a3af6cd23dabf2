//go:build !e2e

package suites

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/check"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/harness/results"
	"milvus-tls-e2e/suites/claims"
	"milvus-tls-e2e/suites/topologies"
)

// ofComponents are the claims that a deployment in use is asked about its components' ports.
var ofComponents = of("internal-enabled", "internal-one-way", "internal-ports-tls-only")

// What components serve one another is judged where their addresses are given, and only there.
func TestComponentsOfAnAttachedDeploymentAreJudged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault          standin.Fault
		given, refuted []string
		inconclusive   []string
	}{
		"honest":             {given: of("proxy", "rootcoord", "querynode")},
		"no address":         {},
		"plaintext":          {fault: standin.InternalInPlaintext, given: of("proxy", "rootcoord"), refuted: of("internal-enabled"), inconclusive: of("internal-one-way", "internal-ports-tls-only")},
		"plaintext beside":   {fault: standin.InternalPlaintextBesideTLS, given: of("proxy"), refuted: of("internal-ports-tls-only")},
		"asks its callers":   {fault: standin.InternalAsksForCertificate, given: of("datanode"), refuted: of("internal-one-way")},
		"another's":          {fault: standin.InternalShowsExternal, given: of("proxy"), refuted: of("internal-enabled"), inconclusive: of("internal-one-way", "internal-ports-tls-only")},
		"a port of no TLS":   {fault: standin.SecondQueryNodeInPlaintext, given: of("querynode")},
		"one component open": {fault: standin.InternalDataNodeFailsOpen, given: of("proxy")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := inspected(t, c.fault, c.given)
			refuted, confirmed, open := by(all, harness.Refuted), by(all, harness.Confirmed), by(all, harness.Inconclusive)
			for _, claim := range ofComponents {
				switch bad := slices.Contains(c.refuted, claim); {
				case bad != (refuted[claim] != ""):
					t.Errorf("%s: refuted: %q", claim, refuted[claim])
				case (open[claim] != "") != slices.Contains(c.inconclusive, claim):
					t.Errorf("%s: inconclusive: %q", claim, open[claim])
				case len(c.given) == 0 && confirmed[claim] != "":
					t.Errorf("%s is confirmed, and no address was given: %s", claim, confirmed[claim])
				case len(c.given) > 0 && !bad && open[claim] == "" && confirmed[claim] == "":
					t.Errorf("%s is not confirmed", claim)
				}
			}
			for _, r := range all {
				if r.Port.Internal() && r.Verdict != harness.NotApplicable && !slices.Contains(c.given, r.Port.Component()) {
					t.Errorf("%s is judged, and its address was not given", r.Case)
				}
			}
		})
	}
}

// inspected judges a stand-in whose components speak TLS, with the addresses of some of them.
func inspected(t *testing.T, fault standin.Fault, given []string) []results.Result {
	t.Helper()
	leftToMakeTest(t)
	server := internalServers()[0]
	d, file := withComponents(t, server, fault, given)
	target, err := check.Read(file, claims.All())
	if err != nil {
		t.Fatal(err)
	}
	o := attached{}.options(t)
	o.Features = func(string) ([]harness.Feature, error) { return server.Features, nil }
	o.MadeFor = func(string) ([]string, error) { return append(slices.Clone(ofComponents), "mode-0-plain"), nil }
	r, err := check.Run(t.Context(), target, o)
	if err != nil {
		t.Fatalf("%v (at %s)", err, d.Where())
	}
	return r.Results
}

// withComponents starts the stand-in, and writes its owner's target file.
func withComponents(t *testing.T, server harness.Server, fault standin.Fault, given []string) (deploy.Deployment, string) {
	t.Helper()
	certs, dir := pkitest.CertSet(t), t.TempDir()
	topology := topologies.All()[slices.IndexFunc(topologies.All(), func(x harness.Topology) bool { return x.Name == "internal" })]
	var faults []standin.Fault
	if fault != "" {
		faults = append(faults, fault)
	}
	server.ServerVersion = "v" + server.Version
	d, provider, err := standin.StartOne(t.Context(), certs, dir, deploy.Spec{Name: t.Name(), Server: server, Topology: topology}, faults...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = provider.Close() })
	lines := []string{fmt.Sprintf("addresses: {grpc: %q, management: none}", d.Addr(harness.GRPC)), "mode: 0", "rate: 100"}
	if len(given) > 0 {
		lines = append(lines, fmt.Sprintf("internal:\n  trust: %s\n  name: %s\n  certificate: %s\n  addresses:", harness.InternalCA, harness.InternalName, harness.InternalCert))
	}
	for _, p := range harness.InternalPorts {
		if slices.Contains(given, p.Component()) {
			lines = append(lines, fmt.Sprintf("    %s: %q", p.Component(), d.Addr(p)))
		}
	}
	file := filepath.Join(dir, "target.yaml")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return d, file
}
