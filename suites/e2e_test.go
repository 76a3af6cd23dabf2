//go:build e2e

// Package suites is the one Ginkgo binary: its specs are built from the plan,
// one for each planned case, and each waits for its own result.
package suites

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"
	"golang.org/x/sys/unix"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/probe"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/harness/schedule"
	"milvus-tls-e2e/suites/claims"
	"milvus-tls-e2e/suites/topologies"
)

var (
	out       = flag.String("out", "out", "folder with plan.json, which the results are written to")
	again     = flag.String("again", "", "variables that a command which judges a case again needs besides VERSION and TOPOLOGY")
	revision  = flag.String("revision", "unknown", "the harness's own revision")
	parallel  = flag.Int("cells", 0, "how many deployments run at once; 0 for what the machine allows")
	against   = flag.String("base", "", "an earlier run's results.json to compare with")
	keep      = flag.Bool("keep", false, "leave failed deployments running")
	isolation isolate.Kind

	unjudged      bool                // the run could not be made
	kept          []deploy.Deployment // what KEEP leaves running
	removeFolder  = func() error { return nil }
	closeProvider = func() error { return nil }
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // net/http's remarks about lying servers are in the results
	flag.Parse()
	// Containers have namespaces of their own, which are reached from here.
	containers, restore := planned(*out) == "docker", keepVariables()
	os.Exit(isolate.Main(os.Getenv("ISOLATION") != "none" && !containers, func(k isolate.Kind) int {
		isolation = k
		if containers {
			restore()
		}
		status := m.Run()
		if unjudged {
			status = statusUnjudged
		}
		if len(kept) > 0 {
			for _, d := range kept {
				fmt.Printf("kept running: gRPC %s, REST %s, management %s, files and log in %s\n",
					d.Addr(harness.GRPC), d.Addr(harness.HTTP), d.Addr(harness.Management), d.Where())
			}
			isolate.Linger(status)
			_ = errors.Join(closeProvider(), removeFolder())
		}
		return status
	}))
}

// TestE2E is a run: it reads the plan, builds the specs, lets the scheduler
// judge what is selected of them, and has the reports written.
func TestE2E(t *testing.T) {
	begin := time.Now()
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
	defer stop()
	base, err := report.ReadBase(*against) // before its folder is taken for this run
	if err != nil {
		fatal(t, err)
	}
	folder, err := report.Open(*out)
	if err != nil {
		fatal(t, err)
	}
	defer func() { _ = folder.Close() }()
	run := &run{folder: folder, begin: begin, base: base, screen: newScreen(os.Stdout)}
	if err := run.prepare(); err != nil {
		fatal(t, err)
	}
	run.tree()
	run.selectSpecs()
	done := make(chan error, 1)
	go func() { done <- run.judge(ctx) }()
	suite, reporter := ginkgo.GinkgoConfiguration()
	if !reporter.Verbose && !reporter.VeryVerbose {
		// The screen and the closing summary say it all, shorter. A failure
		// that neither knows of would be one of the suite itself.
		formatter.ColorableStdOut = io.Discard
	}
	ginkgo.RunSpecs(t, "Milvus TLS", suite, reporter)
	err = <-done
	if ctx.Err() != nil {
		_ = errors.Join(closeProvider(), removeFolder())
		fatal(t, fmt.Errorf("interrupted: no results were written"))
	}
	if err == nil {
		err = run.write()
	}
	if err != nil {
		fatal(t, err)
	}
	if run.red {
		t.Fail()
	}
}

// statusUnjudged is the exit status of a run that could not be made; one whose
// verdicts are not as expected has 1, by Go's testing.
const statusUnjudged = 3

// fatal ends the run with one line.
func fatal(t *testing.T, err error) {
	unjudged = true
	fmt.Fprintf(os.Stderr, "milvus-tls-e2e: %v\n", err)
	t.FailNow()
}

// run is one run of the suite.
type run struct {
	folder *report.Folder
	begin  time.Time
	screen *screen
	plan   harness.Plan     // the shard's part of it, where there are shards
	mark   harness.Mark     // of the whole plan
	base   *harness.Results // the earlier run that this one is compared with; nil for none
	known  []harness.Expectation
	dir    string

	scheduler *schedule.Scheduler
	provider  provider
	workers   *probe.Workers
	selected  []bool
	mu        sync.Mutex
	ready     chan struct{} // closed when scheduler is there, or there will be none
	red       bool
}

func (r *run) prepare() error {
	gomega.RegisterFailHandler(ginkgo.Fail)
	r.ready = make(chan struct{})
	in, err := report.ReadPlan(*out)
	if err != nil {
		return err
	}
	whole, err := harness.NewPlan(in, claims.All(), topologies.All())
	if err != nil {
		return err
	}
	if r.mark, err = whole.Mark(); err != nil {
		return err
	}
	if r.plan, err = whole.Part(in.Shard); err != nil {
		return err
	}
	r.known, err = fixtures.Expected()
	return err
}

// tree builds the specs, one for each entry of the plan.
func (r *run) tree() {
	for _, cell := range r.plan.Cells {
		ginkgo.Describe(cell.String(), ginkgo.Label(cell.Version, cell.Topology, cell.String()), func() {
			for i, p := range r.plan.Cases {
				if p.Cell == cell {
					r.spec(i, p)
				}
			}
		})
	}
}

func (r *run) spec(i int, p harness.Planned) {
	labels := ginkgo.Label(p.Claim)
	if p.Client != "" {
		labels = ginkgo.Label(p.Claim, string(p.Client))
	}
	ginkgo.It(specName(p), labels, place(p.Claim), func(ctx ginkgo.SpecContext) {
		select {
		case <-r.ready:
		case <-ctx.Done():
		}
		if r.scheduler == nil {
			ginkgo.Fail("the run could not start; its last line says why")
		}
		result := r.scheduler.Wait(ctx, i)
		if result.Verdict == harness.NotApplicable {
			ginkgo.Skip(result.Reason)
		}
		gomega.Expect(result).To(beAsExpected{})
	})
}

func specName(p harness.Planned) string { return p.Claim + ": " + p.Case }

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

func (beAsExpected) Match(actual any) (bool, error) { return !actual.(harness.Result).Red(), nil }

func (beAsExpected) FailureMessage(actual any) string { return actual.(harness.Result).Sentence() }

func (beAsExpected) NegatedFailureMessage(actual any) string {
	return beAsExpected{}.FailureMessage(actual)
}

// selectSpecs asks Ginkgo which specs its focus and labels leave.
func (r *run) selectSpecs() {
	r.selected = make([]bool, len(r.plan.Cases))
	index := map[string]int{}
	for i, p := range r.plan.Cases {
		index[p.Cell.String()+" "+specName(p)] = i
	}
	for _, s := range ginkgo.PreviewSpecs("Milvus TLS").SpecReports {
		if i, known := index[s.FullText()]; known && s.State == types.SpecStatePassed {
			r.selected[i] = true
		}
	}
}

// judge carries the plan out.
func (r *run) judge(ctx context.Context) (err error) {
	defer func() {
		if r.scheduler == nil {
			close(r.ready)
		}
	}()
	if r.dir, removeFolder, err = process.Folder(); err != nil {
		return err
	}
	wallet, err := pki.NewWallet()
	if err != nil {
		return fmt.Errorf("make certificates: %w", err)
	}
	if r.provider, isolation, err = newProvider(ctx, r.plan.Servers[0].Provider, r.dir, wallet, r.plan.Servers); err != nil {
		return errors.Join(err, removeFolder())
	}
	closeProvider = r.provider.Close
	r.screen.start(r.plan, isolation)
	r.workers = probe.NewWorkers(r.dir, probe.Installed(r.plan.Installed))
	defer r.workers.Close()
	s, err := schedule.New(schedule.Config{
		Probes: r.workers.Probes(),
		Plan:   r.plan, Claims: claims.All(), Topologies: topologies.All(),
		Providers: map[string]deploy.Provider{r.provider.Name(): r.provider},
		Wallet:    wallet, Recipes: pki.Recipes, Dir: r.dir, Selected: func(i int) bool { return r.selected[i] },
		Progress: r.screen.event, Reproduce: r.reproduce, Known: r.known, Log: r.log, Keep: r.keep(),
		Cells: schedule.CellsAtOnce(), Boots: cmp.Or(*parallel, schedule.BootsAtOnce()), Bounds: schedule.DefaultBounds,
		Manifest: fixtures.Manifest,
	})
	if err != nil {
		return err
	}
	r.scheduler = s
	close(r.ready)
	s.Run(ctx)
	return nil
}

// keep leaves deployments running where KEEP=1; nil where it is not said.
func (r *run) keep() func(deploy.Deployment) bool {
	if !*keep {
		return nil
	}
	return func(d deploy.Deployment) bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		kept = append(kept, d)
		return true
	}
}

// log keeps a server's log without what the provider keeps secret.
func (r *run) log(name string, text []byte) {
	if err := r.folder.Log(name, r.provider.Redact(text)); err != nil {
		fmt.Fprintf(os.Stderr, "keep log of %s: %v\n", name, err)
	}
}

// write settles the results and has them reported.
func (r *run) write() (err error) {
	if len(kept) == 0 {
		defer func() { _ = errors.Join(closeProvider(), removeFolder()) }()
	}
	results := harness.Results{
		Schema: harness.ResultsSchema,
		Run: harness.Run{
			Revision: *revision, Provider: r.provider.Name(), Machine: machine(), Isolation: string(isolation),
			Started: r.begin.UTC(), Seconds: time.Since(r.begin).Seconds(), Focus: focus(), Plan: &r.mark,
		},
		Results: r.scheduler.Results(),
	}
	results.Run.PeakMB, results.Run.CPU, results.Run.Servers = spent()
	lines := map[string]string{}
	for _, s := range r.plan.Servers {
		lines[s.Version] = s.Line
	}
	if shard := r.plan.Shard; shard != (harness.Shard{}) {
		results.Run.Shard = &shard // what is stale is seen when the shards are joined
	} else {
		results.Stale = harness.Stale(results.Results, r.known, lines, !r.plan.Narrowed && results.Run.Focus == "")
	}
	if results.Configured, err = configured(r.plan); err != nil {
		return err
	}
	r.red = results.Red()
	if err := report.WriteAgainst(*out, r.base, results, claims.All()); err != nil {
		return err
	}
	if err := report.TerminalAgainst(os.Stdout, r.base, results, claims.All(), report.OptionsOf(os.Stdout)); err != nil {
		return err
	}
	fmt.Printf("Results are in %s: %s, %s, %s, %s, %s\n", filepath.Clean(*out), report.HTMLFile, report.MarkdownFile,
		report.ResultsFile, report.JUnitFile, report.LogsFolder+"/")
	if len(results.Results) == 0 && results.Run.Shard == nil {
		r.red = true
		fmt.Fprintln(os.Stderr, "milvus-tls-e2e: FOCUS and LABELS leave no case to judge: `make plan` shows what there is")
	}
	return nil
}
