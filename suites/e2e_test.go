//go:build e2e

// Package suites is the one Ginkgo binary: its specs are built from the plan, one for
// each planned case, and each waits for its own result.
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
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/gomega"
	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/e2e"
	"milvus-tls-e2e/suites/claims"
	"milvus-tls-e2e/suites/topologies"
)

var (
	options = e2e.Options{Claims: claims.All(), Topologies: topologies.All(), Screen: os.Stdout, Errors: os.Stderr}

	current  *e2e.Run // nil until there is one
	unjudged bool     // the run could not be made
)

func init() {
	flag.StringVar(&options.Out, "out", "out", "folder with plan.json, which the results are written to")
	flag.StringVar(&options.Again, "again", "", "variables that a command which judges a case again needs besides VERSION and TOPOLOGY")
	flag.StringVar(&options.Revision, "revision", "unknown", "the harness's own revision")
	flag.IntVar(&options.Parallel, "cells", 0, "how many deployments run at once, and how many servers boot; 0 for what the machine allows")
	flag.StringVar(&options.Base, "base", "", "an earlier run's results.json to compare with")
	flag.IntVar(&options.Soak, "soak", 0, "how often each check that must be refused is made and judged; 0 for once")
	flag.BoolVar(&options.Keep, "keep", false, "leave failed deployments running")
}

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // net/http's remarks about faulty servers are in the results
	flag.Parse()
	// Containers have namespaces of their own, which are reached from here.
	outside, restore := e2e.OwnNamespaces(options.Out), e2e.KeepVariables()
	os.Exit(isolate.Main(os.Getenv("ISOLATION") != "none" && !outside, func(k isolate.Kind) int {
		options.Isolation = k
		if outside {
			restore()
		}
		status := m.Run()
		if unjudged {
			status = statusUnjudged
		}
		if current != nil && len(current.Kept()) > 0 {
			for _, d := range current.Kept() {
				fmt.Printf("kept running: gRPC %s, REST %s, management %s, files and log in %s\n",
					d.Addr(harness.GRPC), d.Addr(harness.HTTP), d.Addr(harness.Management), d.Where())
			}
			isolate.Linger(status)
			_ = current.End()
		}
		return status
	}))
}

// TestE2E is a run: it builds a spec for each case of the plan, lets what is selected of
// them be judged, and has the reports written.
func TestE2E(t *testing.T) {
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
	defer stop()
	gomega.RegisterFailHandler(ginkgo.Fail)
	run, err := e2e.Open(options)
	if err != nil {
		fatal(t, err)
	}
	defer func() { _ = run.Close() }()
	current = run
	tree(run)
	run.Selected, run.Focus = selected(run.Plan), focus()
	done := make(chan error, 1)
	go func() { done <- run.Judge(ctx) }()
	suite, reporter := ginkgo.GinkgoConfiguration()
	if !reporter.Verbose && !reporter.VeryVerbose {
		// The screen and the closing summary say it all, shorter. A failure
		// that neither knows of would be one of the suite itself.
		formatter.ColorableStdOut = io.Discard
	}
	ginkgo.RunSpecs(t, "Milvus TLS", suite, reporter)
	err = <-done
	if ctx.Err() != nil {
		_ = run.End()
		fatal(t, errors.New("interrupted: no results were written"))
	}
	if err != nil {
		fatal(t, err)
	}
	red, err := run.Write()
	if err != nil {
		fatal(t, err)
	}
	if red {
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

// focus returns how Ginkgo was told to leave specs out, or "".
func focus() string {
	c, _ := ginkgo.GinkgoConfiguration()
	return strings.TrimSpace(strings.Join(c.FocusStrings, " ") + " " + c.LabelFilter)
}
