//go:build !e2e

package suites

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/pki"

	"milvus-tls-e2e/harness/results"

	"milvus-tls-e2e/check"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/harness/run"
	"milvus-tls-e2e/suites/claims"
)

// lost is what a 2.3.5 says whose session in etcd has expired.
const lost = `[ERROR] [querycoordv2/server.go:153] ["QueryCoord disconnected from etcd, process will exit"] [serverID=1]`

// ways are those in which servers end that nobody ends.
var ways = map[string]standin.Ends{
	"at once, with status 0":                     {Status: 0, Says: lost},
	"at once, with status 1":                     {Status: 1},
	"at once, with status 80":                    {Status: 80, Says: "[ERROR] [x.go:1] [\"failed\"] [error=\"etcdserver: request timed out\"]"},
	"its ports first":                            {Status: 0, Leaves: time.Second},
	"its ports first, and says so":               {Status: 0, Leaves: time.Second, Says: lost},
	"in its own words alone, answering nobody":   {Hangs: true, Says: lost},
	"in the middle of its start's first clients": {Status: 1, After: 4},
}

// own is the name of the cell's own server, which may have been started once more.
func own(once bool) func(string) bool {
	return func(name string) bool {
		return name == "2.3.0 mode-2" || !once && name == "2.3.0 mode-2, once more"
	}
}

// caseOf names the case of a result.
func caseOf(r results.Result) string { return fmt.Sprintf("%s %s/%s", r.Topology, r.Claim, r.Case) }

// verdicts returns what each case came to.
func verdicts(results []results.Result) map[string]harness.Verdict {
	all := map[string]harness.Verdict{}
	for _, r := range results {
		all[caseOf(r)] = r.Verdict
	}
	return all
}

// ofItsOwnServer returns the claims that are judged on a cell's own server alone; nil for
// every one. What is asked of servers beside it, and what it has to survive, is most of a
// trial's work, and says nothing of how it ends.
func ofItsOwnServer(full bool) (ids []string) {
	for _, c := range claims.All() {
		own := !slices.ContainsFunc(c.Cases, func(c harness.Case) bool {
			_, starts := c.Check.(start.Check)
			traits := c.Check.Traits(harness.Topology{})
			return starts || traits.Servers > 0 || traits.Phase == harness.PhaseLast
		})
		if own && !full {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// endBound is how long a trial may take in which servers end: about as long as one in
// which none does, and not the bounds of the clients that were waiting.
const endBound = 2 * time.Minute

// undisturbed returns what the cases of claims come to in mode 2 where no server ends.
func undisturbed(t *testing.T, certs *pki.CertSet, about []string) map[string]harness.Verdict {
	t.Helper()
	return verdicts(trial{certs: certs, clients: inGo, topologies: in("mode-2"), about: about}.judged(t))
}

// asUndisturbed fails where a case came to something else than where no server ends.
func asUndisturbed(t *testing.T, r results.Result, want map[string]harness.Verdict) {
	t.Helper()
	if r.Verdict != want[caseOf(r)] {
		t.Errorf("%s: %v, and %v where no server ends: %s", caseOf(r), r.Verdict, want[caseOf(r)], r.Reason)
	}
}

// inEachWay judges mode 2 with its own server ending in each of the ways, once or again,
// and hands out the results, what they are where no server ends, and how many lines said so.
func inEachWay(t *testing.T, once bool, holds func(t *testing.T, all []results.Result, want map[string]harness.Verdict, told int)) {
	t.Helper()
	certs, about := pkitest.CertSet(t), ofItsOwnServer(full)
	want := undisturbed(t, certs, about)
	for name, ends := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all, told := ending(t, trial{certs: certs, about: about}, ends, own(once))
			holds(t, all, want, told)
		})
	}
}

// A server that ends by itself is started once more, and what is judged then is what
// would have been judged anyway.
func TestAServerThatEndsIsStartedOnceMore(t *testing.T) {
	t.Parallel()
	inEachWay(t, true, func(t *testing.T, all []results.Result, want map[string]harness.Verdict, told int) {
		restarted := 0
		for _, r := range all {
			asUndisturbed(t, r, want)
			if r.Restarted != "" {
				restarted++
			}
			if (r.Restarted != "") != strings.Contains(r.Reason, "judged on a server that was started once more") && r.Verdict != harness.NotApplicable {
				t.Errorf("%s: restarted %q, and its reason is %s", caseOf(r), r.Restarted, r.Reason)
			}
		}
		if restarted == 0 || told != 1 {
			t.Errorf("%d results say that the server was started once more, and %d lines do", restarted, told)
		}
	})
}

// Of one that ends again nothing is known, besides that it did.
func TestAServerThatEndsAgainLeavesItsCasesOpen(t *testing.T) {
	t.Parallel()
	inEachWay(t, false, func(t *testing.T, all []results.Result, want map[string]harness.Verdict, told int) {
		open := 0
		for _, r := range all {
			if r.Verdict != harness.Inconclusive {
				asUndisturbed(t, r, want)
				continue
			}
			open++
			if r.Cause != harness.CauseServerEnded || !strings.HasPrefix(r.Reason, "the server ended: ") && !strings.HasPrefix(r.Reason, "the server is ending: ") || r.Restarted == "" {
				t.Errorf("%s: %s, cause %v, restarted %q", caseOf(r), r.Reason, r.Cause, r.Restarted)
			}
		}
		if open < 50 || told != 2 {
			t.Errorf("%d cases are left open, and %d lines say why", open, told)
		}
	})
}

// What ends beside the cell's own server is started once more by itself, and what ends
// again leaves open what was asked of it alone.
func TestServersBesideAreStartedOnceMore(t *testing.T) {
	t.Parallel()
	certs := pkitest.CertSet(t)
	about := lane(full, of("relative-paths", "rotation-after-restart", "rotation-while-running", "wire-external"))
	want := undisturbed(t, certs, about)
	for server, asked := range map[string][]string{
		"2.3.0 mode-2 with its files replaced":                      of("rotation-after-restart", "rotation-while-running"),
		"2.3.0 mode-2 with its files replaced, again":               of("rotation-after-restart"),
		"2.3.0 mode-2 with paths relative to the working directory": of("relative-paths"),
		"2.3.0 with nothing encrypted":                              of("wire-external"),
	} {
		for _, once := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, once: %t", server, once), func(t *testing.T) {
				t.Parallel()
				results, told := ending(t, trial{certs: certs, about: about}, standin.Ends{Status: 1, After: 5}, func(name string) bool {
					return name == server || !once && strings.ReplaceAll(name, ", once more", "") == server
				})
				open := map[string]bool{}
				for _, r := range results {
					if once || r.Verdict != harness.Inconclusive || !slices.Contains(asked, r.Claim) {
						asUndisturbed(t, r, want)
						continue
					}
					open[r.Claim] = true
					if !strings.Contains(r.Reason, "the server ended: ") {
						t.Errorf("%s: %s", caseOf(r), r.Reason)
					}
				}
				if told == 0 || !once && len(open) != len(asked) {
					t.Errorf("%d lines say so, and %v are left open", told, open)
				}
			})
		}
	}
}

// A server that loses its session during a check that makes many connections has not ended
// over that, although most connections to it are the check's.
func TestALostSessionIsNotPutDownToACheckOfManyConnections(t *testing.T) {
	t.Parallel()
	certs := pkitest.CertSet(t)
	for claim, after := range map[string]int{"idle-connections-survived": 500, "client-chains-as-go": 100} {
		t.Run(claim, func(t *testing.T) {
			t.Parallel()
			results, told := ending(t, trial{certs: certs, about: of(claim)}, standin.Ends{Says: lost, After: after}, own(true))
			restarted := 0
			for _, r := range results {
				if r.Red() {
					t.Error(r.Sentence())
				}
				if r.Restarted != "" {
					restarted++
				}
			}
			if told != 1 || restarted != 1 {
				t.Errorf("%d lines and %d results say that another server underwent it", told, restarted)
			}
		})
	}
}

// Of a deployment that somebody relies on, and that is gone before everything is
// judged, nothing is judged: one line says so. Thus ends a kubectl port-forward when the
// pod refuses a connection.
func TestADeploymentThatGoesIsNotRefuted(t *testing.T) {
	for name, ends := range map[string]standin.Ends{"at once": {After: 40}, "REST first": {After: 40, Leaves: time.Second / 2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := attached{topology: "mode-2", ends: ends}
			_, file := s.deployed(t)
			target, err := check.Read(file, claims.All())
			if err != nil {
				t.Fatal(err)
			}
			results, err := check.Run(t.Context(), target, s.options(t))
			if err == nil || !strings.Contains(err.Error(), "nothing listens any more at ") || strings.Contains(err.Error(), "\n") || len(results.Results) > 0 {
				t.Errorf("%v, and %d results", err, len(results.Results))
			}
		})
	}
}

// ending judges mode 2 on servers of which some end by themselves, and gives how many
// lines of progress said so.
func ending(t *testing.T, x trial, ends standin.Ends, which func(string) bool) (results []results.Result, told int) {
	t.Helper()
	if ends.After == 0 {
		ends.After = 60
	}
	ends.Which = which
	var mu sync.Mutex
	x.clients, x.topologies, x.ends = inGo, in("mode-2"), ends
	x.told = func(e run.Event) {
		mu.Lock()
		defer mu.Unlock()
		if strings.Contains(e.What, "the server ended: ") || strings.Contains(e.What, "the server is ending: ") {
			told++
		}
	}
	begin := time.Now()
	results = x.judged(t)
	if took := time.Since(begin); took > endBound {
		t.Errorf("it took %v", took)
	}
	return results, told
}
