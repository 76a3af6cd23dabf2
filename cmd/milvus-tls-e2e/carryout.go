package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/page"
	"milvus-tls-e2e/harness/results"

	carryout "milvus-tls-e2e/harness/page/run"
	"milvus-tls-e2e/harness/page/sandbox"
	"milvus-tls-e2e/harness/page/steps"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/suites/claims"
)

// pageMain carries a page out; it is what docs calls in namespaces.
func pageMain(kind isolate.Kind) int {
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
	defer stop()
	log.SetOutput(io.Discard) // net/http's remarks about a server's plaintext are in the results
	var job pageJob
	if len(os.Args) != 3 || json.Unmarshal([]byte(os.Args[2]), &job) != nil {
		fmt.Fprintln(os.Stderr, pageCommand+" takes a job")
		return statusUsage
	}
	red, err := job.run(ctx, kind)
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "milvus-tls-e2e: interrupted: no results were written")
		return statusUnjudged
	case err != nil:
		fmt.Fprintf(os.Stderr, "milvus-tls-e2e: %v\n", err)
		return statusUnjudged
	case red:
		return statusUnexpected
	}
	return 0
}

func (j *pageJob) run(ctx context.Context, kind isolate.Kind) (red bool, err error) {
	begin := time.Now()
	p, err := page.Read(j.Page)
	if err != nil {
		return false, err
	}
	dir, remove, err := process.Folder()
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	box, err := sandbox.Open(kind, dir, j.Unsafe)
	if err != nil {
		return false, err
	}
	for _, d := range slices.Compact(slices.Clone(j.Python.Dirs)) {
		if err := box.BindReadOnly(d); err != nil {
			return false, err
		}
	}
	folder, err := report.Open(j.Out)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	all := steps.Read(p)
	screen := &pageScreen{begin: begin, blocks: len(all)}
	screen.start(j, kind, box.Protected)
	provider, err := process.New(ctx, kind, dir, nil, []harness.Server{j.Server})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, provider.Close()) }()
	stock, _ := os.ReadFile(filepath.Join(j.Server.Where[process.WhereConfigs], "milvus.yaml")) // a binary may come without one
	res := results.Results{Schema: results.Schema, Run: results.Run{
		Revision: j.Revision, Provider: provider.Name(), Machine: fmt.Sprintf("%s/%s, %d cores", runtime.GOOS, runtime.GOARCH, runtime.NumCPU()),
		Isolation: string(kind), Started: begin.UTC(),
	}}
	res.Results = carryout.Run(ctx, carryout.Config{
		Steps: all, Server: j.Server, Provider: provider, Box: box, Dir: dir, Claims: claims.All(), Stock: stock,
		Python: j.Python, OpenSSL: j.OpenSSL, Again: "make page VERSION=" + j.Server.Version + " PAGE=" + j.Named, Tell: screen.tell,
		Log: func(name string, text []byte) { _ = folder.Log(name, provider.Redact(text)) },
	})
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	res.Run.Seconds = time.Since(begin).Seconds()
	return res.Red(), screen.close(j, res)
}

// A pageScreen prints a page's progress.
type pageScreen struct {
	begin  time.Time
	blocks int
}

func (s *pageScreen) start(j *pageJob, kind isolate.Kind, protected bool) {
	blocks := "blocks"
	if s.blocks == 1 {
		blocks = "block"
	}
	fmt.Printf("%s: %d %s, against Milvus %s (%s)\n", j.Named, s.blocks, blocks, j.Server.Version, j.Server.ServerVersion)
	fmt.Printf("isolation: %s\n", kind)
	if !protected {
		fmt.Println("UNSAFE: the blocks run with your rights, and may write wherever you may")
	}
}

var pageMarks = map[harness.Verdict]string{
	harness.Confirmed: "✓", harness.Refuted: "✗", harness.Inconclusive: "?", harness.Unjudged: "?", harness.NotApplicable: "·",
}

func (s *pageScreen) tell(r results.Result) {
	word := r.Verdict.String()
	if r.Verdict == harness.NotApplicable {
		word = "not run"
	}
	fmt.Printf("[%5.1f s] %s %s\n            %s, %s: %s\n", time.Since(s.begin).Seconds(), pageMarks[r.Verdict], r.Case, r.Claim, word, r.Reason)
}

func (s *pageScreen) close(j *pageJob, res results.Results) error {
	all := slices.Concat(claims.All(), carryout.Claims)
	all = slices.DeleteFunc(all, func(c harness.Claim) bool {
		return !slices.ContainsFunc(res.Results, func(r results.Result) bool { return r.Claim == c.ID })
	})
	if err := report.Write(j.Out, nil, res, all); err != nil {
		return err
	}
	fmt.Println()
	if err := report.Terminal(os.Stdout, nil, res, all, report.OptionsOf(os.Stdout)); err != nil {
		return err
	}
	fmt.Printf("Results are in %s: %s, %s, %s, %s", j.Out, report.HTMLFile, report.MarkdownFile, report.ResultsFile, report.JUnitFile)
	if logs, err := os.ReadDir(filepath.Join(j.Out, report.LogsFolder)); err == nil && len(logs) > 0 {
		fmt.Printf(", %s/", report.LogsFolder)
	}
	fmt.Println()
	return nil
}
