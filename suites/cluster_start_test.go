//go:build !e2e

package suites

import (
	"strings"
	"sync"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// Where one component of a cluster comes to nothing, the results say in one line which it
// is and why, and its log is kept by its name.
func TestTheComponentThatKeepsAClusterFromStartingIsNamed(t *testing.T) {
	t.Parallel()
	for fault, says := range map[standin.Fault]string{
		standin.QueryNodeEndsAtStart:    "ended with status 134: querynode-2: ",
		standin.QueryNodeNeverRegisters: "never became ready: querynode-2: ",
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			kept := map[string]bool{}
			results := trial{
				certs: pkitest.CertSet(t), clients: inGo, topologies: in("cluster-mode-2"), servers: internalServers("mode-2-both")[1:],
				faults: []standin.Fault{fault}, about: of("mode-2-both"), log: func(name string, _ []byte) {
					mu.Lock()
					defer mu.Unlock()
					kept[name] = true
				},
			}.judged(t)
			named := 0
			for _, r := range results {
				switch {
				case r.Verdict == harness.NotApplicable:
				case !strings.Contains(r.Reason, says) || strings.Contains(r.Reason, "\n"):
					t.Errorf("%s is %v: %s", r.Case, r.Verdict, r.Reason)
				default:
					named++
				}
			}
			if name := "2.6.0 cluster-mode-2 querynode-2"; named == 0 || !kept[name] {
				t.Errorf("it is named %d times, and its log is kept: %v", named, kept)
			}
		})
	}
}
