//go:build !e2e

package suites

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/suites/claims"
)

// internalTopologies are those in which components speak TLS, or should, and
// the one without that the log is held against.
var internalTopologies = in("mode-0", "mode-2", "internal", "internal-mode-1", "internal-mode-2",
	"internal-wrong-sni", "internal-empty-sni", "internal-wrong-ca", "internal-missing-cert",
	"cluster", "cluster-internal", "cluster-internal-mode-2", "cluster-internal-datanode-missing-cert", "cluster-internal-datanode-wrong-ca", "cluster-internal-datanode-off",
	"cluster-internal-datanode-expired-cert", "cluster-internal-querynode-missing-cert", "cluster-internal-coordinator-expired-cert", "cluster-internal-proxy-off",
	"cluster-mq-tls")

// whole is what breaks where components serve no TLS, or none with the right certificate:
// such a port does not show whom it asks for a certificate.
var whole = of("internal-enabled")

// internalMutants are faults in TLS between components.
var internalMutants = []mutant{
	{fault: standin.InternalInPlaintext, told: in("internal"), refutes: append(of("internal-fails-closed", "wire-internal"), whole...)},
	{fault: standin.TellsComponentsInPlaintext, told: in("internal"), refutes: of("wire-internal")},
	{fault: standin.InternalPlaintextBesideTLS, told: in("internal"),
		refutes: of("internal-ports-tls-only", "internal-fails-closed", "internal-tls-violations-refused", "internal-weak-tls-refused")},
	{fault: standin.AllowsTLS10, told: in("internal"), refutes: of("internal-legacy-ciphers-refused", "internal-weak-tls-refused")},
	{fault: standin.RefusesSplitHellos, told: in("internal"), refutes: of("internal-tls-tolerance")},
	{fault: standin.EndsOverATornHeader, told: in("internal"), refutes: of("internal-tls-violations-refused")},
	{fault: standin.InternalFailsOpen, told: in("internal"), refutes: of("internal-fails-closed")},
	{fault: standin.InternalFailsOpen, told: in("internal-missing-cert"), refutes: of("internal-fails-closed")},
	{fault: standin.InternalDataNodeFailsOpen, told: in("internal"), refutes: of("internal-fails-closed")},
	{fault: standin.InternalAsksForCertificate, told: in("internal"), refutes: of("internal-one-way")},
	{fault: standin.InternalIgnoresIssuer, told: in("internal-wrong-ca"), refutes: of("internal-one-way")},
	{fault: standin.InternalIgnoresName, told: in("internal-wrong-sni"), refutes: of("internal-sni")},
	{fault: standin.InternalHangsWithoutName, told: in("internal-empty-sni"), refutes: of("internal-sni")},
	{fault: standin.InternalSilent, told: in("internal-wrong-sni"), refutes: of("internal-sni")},
	{fault: standin.InternalLogsFalse, told: in("internal"), refutes: of("internal-log")},
	{fault: standin.InternalLogsTrue, told: in("mode-0"), refutes: of("internal-log")},
	{fault: standin.InternalOffBesideExternal, told: in("internal-mode-1"),
		refutes: append(of("internal-with-external", "internal-log", "wire-internal"), whole...)},
	{fault: standin.InternalShowsExternal, told: in("internal-mode-2"), refutes: append(of("internal-with-external"), whole...)},
	{fault: standin.PlaintextBesideTLS, told: in("internal-mode-2"), refutes: of("internal-with-external", "plain-client-refused")},
	{fault: standin.TakesShippedFiles, told: in("mode-2"), refutes: of("shipped-ca-not-default")},
	{fault: standin.AcceptsAnyClientCertificate, told: in("mode-2"), refutes: of("shipped-ca-refused")},
	{fault: standin.InternalInPlaintext, told: in("cluster-internal"), refutes: append(of("wire-internal"), whole...)},
	{fault: standin.SecondQueryNodeInPlaintext, told: in("cluster-internal"), refutes: whole},
	{fault: standin.PlaintextBesideTLS, told: in("cluster-internal-mode-2"), refutes: of("internal-with-external", "plain-client-refused")},
	{fault: standin.OddFailsOpen, told: in("cluster-internal-datanode-missing-cert"), refutes: of("internal-fails-closed")},
	{fault: standin.OddLooksWell, told: in("cluster-internal-datanode-off"), refutes: of("internal-odd-component-shown")},
	{fault: standin.OddFailsOpen, told: in("cluster-internal-querynode-missing-cert"), refutes: of("internal-fails-closed")},
	{fault: standin.OddLooksWell, told: in("cluster-internal-proxy-off"), refutes: of("internal-odd-component-shown")},
	{fault: standin.InternalIgnoresExpiry, told: in("cluster-internal-datanode-expired-cert", "cluster-internal-coordinator-expired-cert"), refutes: of("internal-odd-component-named", "internal-odd-component-shown")},
	{fault: standin.InternalSilent, told: in("cluster-internal-coordinator-expired-cert", "cluster-internal-datanode-wrong-ca"), refutes: of("internal-odd-component-named")},
	{fault: standin.TellsBackendsInPlaintext, told: in("cluster-mq-tls"), refutes: of("wire-mq")},
	{fault: standin.QueueOverTLSFails, told: in("cluster-mq-tls"), refutes: of("backend-mq-tls")},
	{fault: standin.ReplacedInPlaintext, told: in("cluster"), refutes: of("internal-rolling-on")},
	{fault: standin.ReplacedInPlaintext, told: in("cluster-internal-mode-2"), refutes: of("ca-rolls-over")},
	{fault: standin.NeverComesBack, told: in("cluster"), refutes: of("internal-rolling-on")},
	{fault: standin.ReplacedProxyDropsClients, told: in("cluster-internal-mode-2"), refutes: of("ca-rolls-over")},
	{fault: standin.HealthyWhileStuck, told: in("internal-wrong-sni"), refutes: of("internal-never-ready-is-visible")},
}

// internalServers are a server of 2.5 and one of 2.6, as far as their components
// go.
func internalServers(more ...string) []harness.Server {
	judged := slices.Clone(more) // which the caller keeps
	for _, c := range claims.All() {
		if strings.HasPrefix(c.ID, "internal-") || strings.HasPrefix(c.ID, "shipped-") || c.ID == "wire-internal" || c.ID == "wire-mq" || c.ID == "backend-mq-tls" || c.ID == "ca-rolls-over" {
			judged = append(judged, c.ID)
		}
	}
	features := []harness.Feature{harness.RESTv1, harness.RESTv2, harness.HasInternalTLS, harness.ShipsCA}
	with := func(more ...harness.Feature) []harness.Feature { return append(slices.Clone(features), more...) }
	roles := func(ports ...harness.Port) (fs []harness.Feature) {
		for _, p := range append(ports, harness.InternalProxy, harness.InternalDataNode, harness.InternalQueryNode) {
			fs = append(fs, p.RoleFeature())
		}
		return fs
	}
	return []harness.Server{
		{Version: "2.5.0", Line: "2.5", Provider: "standin", Storage: "object", Claims: judged, Features: append(with(
			roles(harness.InternalRootCoord, harness.InternalDataCoord, harness.InternalQueryCoord, harness.InternalIndexNode)...), harness.ByKafka)},
		{Version: "2.6.0", Line: "2.6", Provider: "standin", Storage: "object", Claims: judged, Features: append(with(
			roles(harness.InternalMixCoord, harness.InternalStreamingNode)...), harness.DemandsALPN, harness.ByWoodpecker)},
	}
}

// honestInternal is the trial of TLS between components on an honest stand-in.
func honestInternal(certs *pki.CertSet) trial {
	return trial{certs: certs, clients: inGo, topologies: internalTopologies, servers: internalServers()}
}

func TestEveryFaultAboutComponentsRefutesExactlyWhatItBreaks(t *testing.T) {
	t.Parallel()
	certs := pkitest.CertSet(t)
	for _, m := range internalMutants {
		t.Run(string(m.fault)+" in "+strings.Join(m.told, " "), func(t *testing.T) {
			t.Parallel()
			refutes(t, internalTrial(certs, m, full).judged(t), m.refutes)
		})
	}
}

func internalTrial(certs *pki.CertSet, m mutant, full bool) trial {
	return trial{
		certs: certs, clients: inGo, topologies: m.told, servers: internalServers("plain-client-refused"), faults: []standin.Fault{m.fault},
		about: lane(full, m.refutes),
	}
}

// The component that answers in plaintext is named, and no other.
func TestTheComponentThatFailsOpenIsNamed(t *testing.T) {
	t.Parallel()
	results := trial{
		certs: pkitest.CertSet(t), clients: inGo, topologies: in("internal"), servers: internalServers(), faults: []standin.Fault{standin.InternalDataNodeFailsOpen},
	}.judged(t)
	named := 0
	for _, r := range results {
		if r.Claim != "internal-fails-closed" || r.Verdict != harness.Refuted {
			continue
		}
		named++
		if r.Port != harness.InternalDataNode || !strings.Contains(r.Case, "datanode") || !strings.Contains(r.Reason, "datanode") {
			t.Errorf("%s at %s was refuted: %s", r.Case, r.Port, r.Reason)
		}
	}
	if named == 0 {
		t.Error("nobody noticed the data node")
	}
}

// A server without a vector engine cannot search, which says nothing of TLS: no data
// path is judged and all else is, whether the binary shows it or only the server
// says so when it is first asked to search.
func TestADataPathIsJudgedWithAVectorEngineAlone(t *testing.T) {
	t.Parallel()
	all := []string{}
	for _, c := range claims.All() {
		if denied[c.ID] == "" {
			all = append(all, c.ID)
		}
	}
	for _, known := range []bool{true, false} {
		t.Run(fmt.Sprintf("known before %t", known), func(t *testing.T) {
			t.Parallel()
			x := trial{
				certs: pkitest.CertSet(t), clients: []harness.Client{harness.Raw, harness.Go, harness.REST},
				topologies: in("mode-1", "internal-mode-1"), servers: internalServers(all...)[:1], faults: []standin.Fault{standin.HasNoEngine},
			}
			if known {
				x.servers[0].Features, x.faults = append(x.servers[0].Features, harness.NoVectorEngine), nil
			}
			results := x.judged(t)
			for claim, why := range by(results, harness.Refuted, harness.Unjudged, harness.Inconclusive) {
				t.Errorf("%s: %s", claim, why)
			}
			for _, r := range results {
				if r.Claim == "sdk-data-path" && (r.Client == harness.Go || r.Client == harness.REST) && r.Topology == "mode-1" &&
					(r.Verdict != harness.NotApplicable || !strings.Contains(r.Reason, "vector engine")) {
					t.Errorf("%s in %s was %s: %s", r.Case, r.Topology, r.Verdict, r.Reason)
				}
			}
		})
	}
}
