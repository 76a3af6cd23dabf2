//go:build e2e

// Package suites is the one Ginkgo binary: its specs are built from the plan,
// one for each planned case, and each waits for its own result.
package suites

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"sync"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/gomega"
	"golang.org/x/sys/unix"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process/isolate"
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
