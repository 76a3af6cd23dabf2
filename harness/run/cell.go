package run

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/features"

	_ "milvus-tls-e2e/harness/checks/connect" // judges attempts
	"milvus-tls-e2e/harness/checks/rolling"
	"milvus-tls-e2e/harness/checks/rotation"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/results"
)

// A cell is one deployment being judged.
type cell struct {
	*Scheduler
	name     harness.Cell
	server   harness.Server
	topology harness.Topology
	begun    time.Time
	features harness.Features // of the release
	offers   harness.Features // of release, machine and topology

	certs    *pki.CertSet // nil where it could not be made
	files    ClientFiles  // the certificate set's
	deployed deploy.Deployment
	alive    atomic.Pointer[liveness] // of deployed, once that was started and where it runs
	boot     start.Facts
	logged   int64         // how far its log is about those whom deployed has replaced
	failed   error         // why there is no deployment at all
	settled  chan struct{} // closed when it is known what became of the start; nil in an upgrade

	recorder  *wireRecorder // what is recorded of its server's hops
	plain     bool          // it is no cell of the plan, but what encrypted hops are compared with
	unshipped string        // why there is nothing that everybody can make; empty where there is

	restarted string // why it was started once more; empty where it was not

	upgrade  *upgradeRun            // the upgrade that led here; nil in most cells
	rotation rotationRun            // of its kind of server's files
	replaced once[rotation.Traffic] // of the same under traffic
	rolls    once[rolling.Change]   // of its kind of cluster, one component at a time
	protocol protocolRun            // what clients said to it that no honest client says

	replacement  deploy.Deployment // in place of deployed, once a resilience check has ended that
	replacements int               // how many there have been
	read         struct {          // how far the log of the one or the other was read
		of deploy.Deployment
		to int64
	}

	repair   sync.Once // starts what follows
	repaired observed  // the control of a server that did not start

	checked once[harness.Check]
}

// observed is what one check saw, or why it saw nothing.
type observed struct {
	facts harness.Facts
	err   error
	skip  string // why the check cannot be taken here: not applicable

	restarted string // how a server of the check's own ended in whose place another was looked at
}

// CasesAtOnce is how many cases of one cell are observed at once. Most wait
// for a server that shares the machine's cores with them.
const CasesAtOnce = 6

func (s *Scheduler) newCell(name harness.Cell) *cell {
	c := &cell{
		Scheduler: s, name: name, server: s.server(name.Version), topology: s.topology(name.Topology).On(s.server(name.Version).Line),
		begun: time.Now(), recorder: newWireRecorder(),
	}
	c.features = harness.Features{}.With(c.server.Features...)
	c.topology.Odd = c.topology.Odd.In(c.features)
	c.offers = c.features.With(s.Plan.Machine...).With(features.Offered(c.topology)...)
	return c
}

// provider is what the provider of the cell's servers can do besides starting them.
func (c *cell) provider() deploy.ProviderCapabilities {
	if p := c.Providers[c.server.Provider]; p != nil {
		return p.Capabilities()
	}
	return deploy.ProviderCapabilities{}
}

// end stops a server and keeps its log.
func (c *cell) end(d deploy.Deployment, name string) {
	text, _, err := d.Log(0)
	if err == nil && c.Log != nil {
		c.Log(name, text)
	}
	if err != nil {
		c.report(Event{Cell: c.name, What: "its log could not be kept: " + err.Error()})
	}
	for _, one := range d.Capabilities().Cluster.Components {
		if text, _, err := one.Log(0); err == nil && c.Log != nil {
			c.Log(name+" "+one.Name, text)
		}
	}
	if err := d.Stop(); err != nil {
		c.report(Event{Cell: c.name, What: "could not be stopped: " + err.Error()})
	}
}

// startSummary says what became of the cell's start.
func (c *cell) startSummary() string {
	switch {
	case c.failed != nil:
		return "failed: " + c.failed.Error()
	case c.boot.Ready:
		return "ready"
	case c.boot.Exited:
		return fmt.Sprintf("ended with status %d: %s", c.boot.Status, c.boot.Why())
	}
	return "never became ready: " + c.boot.Why()
}

func (c *cell) judged() (mine []results.Result) {
	for _, i := range c.index[c.name] {
		if c.Selected == nil || c.Selected(i) {
			mine = append(mine, c.results[i])
		}
	}
	return mine
}

// traits are those of a check at the cell; zero where the plan names a case that the claim
// does not have.
func (c *cell) traits(l harness.Check) harness.Traits { return traitsOf(l, c.topology) }

func traitsOf(l harness.Check, t harness.Topology) harness.Traits {
	if l == nil {
		return harness.Traits{}
	}
	return l.Traits(t)
}

// Which checks are meant, by their traits.
func anyCheck(harness.Traits) bool        { return true }
func startsAnother(t harness.Traits) bool { return t.Servers > 0 }
func ofCellsServer(t harness.Traits) bool { return t.Phase < harness.PhaseAfterward }
func butLast(t harness.Traits) bool       { return t.Phase < harness.PhaseLast }
func butOfUpgrade(t harness.Traits) bool {
	return t.Phase != harness.PhaseUpgraded && t.Phase != harness.PhaseCompared
}
func withBaseline(t harness.Traits) bool { return t.Baseline != "" }
func stopsAnother(t harness.Traits) bool { return t.Stops }

func ofPhase(p harness.Phase) func(harness.Traits) bool {
	return func(t harness.Traits) bool { return t.Phase == p }
}

// judge makes one case's check and its control, and has them judged.
func (c *cell) judge(ctx context.Context, i int) {
	begin := time.Now()
	one, r := c.caseOf(i), &c.results[i]
	if one.Check == nil {
		r.Verdict, r.Cause, r.Reason = harness.Inconclusive, harness.CauseCaseMisfit, "the plan names a case that the claim does not have"
		return
	}
	check := one.Check.Resolve(c.topology)
	saw, obstructed := c.obstructed(check, one.Want)
	if !obstructed {
		saw = c.check(ctx, check)
	}
	if skip := runners[reflect.TypeOf(check)].skip; skip != nil {
		saw.skip = cmp.Or(skip(c), saw.skip)
	}
	if saw.skip != "" {
		r.Verdict, r.Reason = harness.NotApplicable, saw.skip
		return
	}
	evidence := checks.Evidence{Err: saw.err}
	if !obstructed {
		evidence = c.evidence(ctx, check, saw)
	}
	if ctx.Err() != nil {
		return // interrupted: what was seen may be the interruption's
	}
	j := checks.Judge(check, one.Want, evidence)
	if !obstructed && c.soaks(check, one.Want) {
		j, r.Repeated = c.soak(ctx, check, one.Want, j)
	}
	r.Verdict, r.Cause, r.Reason, r.Evidence = j.Verdict, j.Cause, j.Reason, evidence.Describe()
	if r.Evidence != nil && c.topology.Recipe != "" && !c.traits(check).NoServer {
		r.Evidence.Transcript = append(r.Evidence.Transcript, c.recipeRunner.Run(ctx, c.topology.Recipe).String())
	}
	if j.Saw.Valid() {
		r.Saw = j.Saw.String()
	}
	switch j.Verdict {
	case harness.Confirmed:
		r.Remark = one.Remark
	case harness.Refuted:
		r.Finding = c.claim(r.Claim).FindingOf(one, j.Saw)
	default:
	}
	if past := c.past(check); past != "" && r.Verdict != harness.Inconclusive {
		r.Reason += "; " + past
	}
	if r.Restarted = cmp.Or(saw.restarted, c.restarted); r.Restarted != "" {
		r.Reason += "; judged on a server that was started once more, because " + r.Restarted
	}
	r.Seconds = time.Since(begin).Seconds()
}

// check takes a check, once: cases that share it share what it saw.
func (c *cell) check(ctx context.Context, l harness.Check) observed {
	return c.checked.get(l, func() observed { return c.observe(ctx, l) })
}

var _ = runs((*cell).observeAttempt, (*cell).proveAttempt)

func (c *cell) observeAttempt(ctx context.Context, a harness.Attempt) observed {
	if why := c.notShipped(a); c.failed == nil && why != "" {
		return observed{skip: why}
	}
	if s, down := c.down(); down {
		return s
	}
	attempt := func() (connection.Observation, error) { return c.attempt(ctx, c.deployed, a) }
	if a.Request == harness.RequestData {
		return c.observeData(ctx, attempt)
	}
	o, err := attempt()
	if err != nil {
		return observed{err: err}
	}
	return observed{facts: &o}
}

// down returns what is seen of a server that cannot be asked for anything, and
// reports false of one that can.
func (c *cell) down() (observed, bool) {
	switch {
	case c.failed != nil:
		return observed{err: c.failed}, true
	case c.boot.Exited && c.topology.RepairedTopology != "":
		return observed{skip: "the server does not start in this topology: " + c.boot.Why()}, true
	case c.upgrade != nil && !c.boot.Ready:
		return observed{skip: unstarted}, true
	case !c.boot.Ready:
		return observed{err: fmt.Errorf("the server %s", c.startSummary())}, true
	}
	return observed{}, false
}
