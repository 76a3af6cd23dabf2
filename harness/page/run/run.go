// Package run carries a page out: its files are saved, its commands typed, its
// configuration given to a real server, its clients let at that server, all as
// printed and in the page's order. Every block is a result.
//
// It judges as every run does (checks.Judge) and has an order of its own: harness/run makes
// the checks of a cell side by side and in any order, each once, whereas what a block of a
// page comes to depends on every block before it, in one folder and one shell.
package run

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	_ "milvus-tls-e2e/harness/checks/connect" // judges attempts
	"milvus-tls-e2e/harness/checks/snippet"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/page/sandbox"
	"milvus-tls-e2e/harness/page/steps"
	"milvus-tls-e2e/harness/results"
)

// judges what a client's attempt came to

// Topology is the topology in the results of a page.
const Topology = "page"

// The clients in results that are none of harness.Clients.
const (
	Terminal harness.Client = "sh"
	PyMilvus harness.Client = "pymilvus"
)

// Config is all that a run of a page needs.
type Config struct {
	Steps    []steps.Step
	Server   harness.Server
	Provider deploy.Provider
	Box      *sandbox.Box
	Dir      string // a folder of the run's own
	Claims   []harness.Claim
	Stock    []byte // the release's stock milvus.yaml; nil where there is none
	Python   Python
	OpenSSL  string // what openssl calls itself; empty where there is none
	Again    string // the command that runs the page again

	Tell func(results.Result)           // called with each result as it comes
	Log  func(name string, text []byte) // given each server's log
}

// Python is an interpreter that has pymilvus.
type Python struct {
	Path string   // empty where there is none
	Why  string   // why there is none
	Says string   // its version and pymilvus's
	Dirs []string // the folders that it needs to see
}

// A pageRun is one page being carried out.
type pageRun struct {
	Config
	box     *sandbox.Box // where commands run now: the page's own, or a copy
	in      string       // the folder that the last block ended in, as commands see it
	been    []string     // the folders that blocks ended in, the latest last
	section string       // that of the last commands
	aside   string       // the section that runs in a copy; empty for none
	laid    string       // why the certificates are the harness's own; empty where they are the page's
	config  *steps.Step  // the configuration that clients' servers have
	waiting []int        // clients that wait for their server
	all     [][]results.Result
	servers int
}

// Run carries the page out and gives its results in the page's order. It stops
// early only when the context ends.
func Run(ctx context.Context, c Config) []results.Result {
	w := &pageRun{Config: c, box: c.Box, in: c.Box.Root(), all: make([][]results.Result, len(c.Steps))}
	w.been = []string{w.in}
	for i := range w.Steps {
		if ctx.Err() != nil {
			break
		}
		w.step(ctx, i)
	}
	w.clients(ctx)
	return slices.Concat(w.all...)
}

// step carries one block out. A client waits until all of the page's files and
// configurations are through, so that clients of one mode share a server.
func (w *pageRun) step(ctx context.Context, i int) {
	s := &w.Steps[i]
	w.comeBack(*s)
	switch s.Kind {
	case steps.NotRun:
		w.skip(i, s.Why)
	case steps.File:
		w.save(i)
	case steps.Shell:
		w.shell(ctx, i)
	case steps.Config:
		w.configure(ctx, i)
	case steps.Manifest:
		w.manifest(i)
	case steps.Python, steps.Curl:
		if s.Kind == steps.Python && w.Python.Path == "" {
			w.skip(i, w.Python.Why)
			return
		}
		w.waiting = append(w.waiting, i)
	}
}

func (w *pageRun) save(i int) {
	s := w.Steps[i]
	if err := w.box.Write(path.Join(w.in, s.Name), []byte(s.Block.Text), 0o644); err != nil {
		w.judge(i, seen{want: snippet.Ran, evidence: checks.Evidence{Err: err}})
		return
	}
	w.skip(i, "saved as "+s.Name+"; what it is worth is seen where it is used")
}

// skip is the result of a block that is not run.
func (w *pageRun) skip(i int, why string) {
	r := w.result(i, w.Steps[i].Claim)
	r.Verdict, r.Reason, r.Expected = harness.NotApplicable, why, true
	w.add(i, r)
}

// seen is what came of a block.
type seen struct {
	claim    string        // zero means the step's
	check    harness.Check // zero means that something is run
	want     harness.Outcome
	how      []string // how it was carried out
	output   string
	tries    string
	evidence checks.Evidence
	began    time.Time
}

// judge makes a result of what came of a block.
func (w *pageRun) judge(i int, s seen) {
	if s.claim == "" {
		s.claim = w.Steps[i].Claim
	}
	r := w.result(i, s.claim)
	if s.check == nil {
		s.check = snippet.Check{}
	}
	j := checks.Judge(s.check, s.want, s.evidence)
	r.Want, r.Verdict, r.Cause, r.Reason, r.Evidence = s.want.String(), j.Verdict, j.Cause, j.Reason, s.evidence.Describe()
	if j.Saw.Valid() {
		r.Saw = j.Saw.String()
	}
	if r.Evidence == nil {
		r.Evidence = &harness.Evidenced{}
	}
	if c, client := s.evidence.Control.(*connection.Observation); client && c.Version != "" && r.Evidence.Negotiated == "" {
		r.Evidence.Negotiated = fmt.Sprintf("TLS %s %s, by the control", c.Version, c.Cipher)
	}
	r.Evidence.Transcript = append(s.how, lines(s.output)...)
	if s.tries != "" {
		r.Attempt = s.tries
	}
	if !s.began.IsZero() {
		r.Seconds = time.Since(s.began).Seconds()
	}
	// Whether a page is right is not known beforehand: a page is mended, not expected to be wrong.
	r.Expected = r.Verdict == harness.Confirmed
	if r.Verdict == harness.Confirmed {
		r.Statement, r.Remediation = "", ""
	}
	if r.Verdict == harness.Refuted {
		r.Finding = w.claim(r.Claim).Finding
		if x, is := s.evidence.Saw.(*snippet.Facts); is && x.Cause != "" && r.Client == Terminal && !strings.HasSuffix(r.Claim, "-runs") {
			// What the claim advises is for a recipe that runs to its end and does too little.
			r.Finding = "The page's commands fail: " + strings.TrimSuffix(x.Cause, ".") + "."
			r.Remediation = fmt.Sprintf("Correct on the page what fails (%s), and state there which version of its tools it needs.", strings.TrimSuffix(x.Cause, "."))
		}
	}
	w.add(i, r)
}

func (w *pageRun) add(i int, r results.Result) {
	w.all[i] = append(w.all[i], r)
	if w.Tell != nil {
		w.Tell(r)
	}
}

// result is the result of a block before it is judged.
func (w *pageRun) result(i int, id string) results.Result {
	s := w.Steps[i]
	if id == "" {
		id = BlockRuns
	}
	claim := w.claim(id)
	r := results.Result{
		Claim: id, Case: caseName(s), Topology: Topology, Version: w.Server.Version, ServerVersion: w.Server.ServerVersion,
		Digest: w.Server.Digest, Provider: w.Provider.Name(), Identity: harness.Nobody, Severity: claim.Severity,
		Statement: claim.Statement, Remediation: claim.Remediation, Reproduce: w.Again, Attempt: fmt.Sprintf("the %s as printed%s", s.What, onLine(s)),
	}
	switch s.Kind {
	case steps.Python:
		r.Client, r.Port = PyMilvus, harness.GRPC
	case steps.Curl:
		r.Client, r.Port = harness.Curl, harness.HTTP
	case steps.Config:
		r.Client, r.Port = harness.Raw, harness.GRPC
	case steps.Shell:
		r.Client = Terminal
	case steps.File, steps.NotRun, steps.Manifest:
	}
	if s.Mutual {
		r.Identity = harness.Good
	}
	return r
}

// caseName names a block by its number, its kind and its heading. Blocks under one heading
// differ in the number.
func caseName(s steps.Step) string {
	name := fmt.Sprintf("block %d, %s", s.Number, s.What)
	if s.Section.Title != "" {
		name += ", under " + s.Section.Title
	}
	return name
}

func onLine(s steps.Step) string {
	if s.Block.Line == 0 {
		return ""
	}
	return fmt.Sprintf(" on line %d of the page", s.Block.Line)
}

// maxLines bounds a transcript: the beginning and the end of an output.
const maxLines = 24

func lines(output string) []string {
	all := strings.Split(strings.TrimRight(output, "\n"), "\n")
	if output == "" {
		return nil
	}
	for i := range all {
		all[i] = short(all[i])
	}
	if extra := len(all) - maxLines; extra > 0 {
		middle := fmt.Sprintf("… %d lines …", extra)
		all = slices.Concat(all[:maxLines/2], []string{middle}, all[len(all)-maxLines/2:])
	}
	return all
}

// short bounds one line, and takes out what a terminal would obey.
func short(line string) string {
	line = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, line)
	const most = 240
	if runes := []rune(line); len(runes) > most {
		line = string(runes[:most]) + "…"
	}
	return line
}
