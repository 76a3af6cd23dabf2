package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/snippet"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/features"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/page"
	"milvus-tls-e2e/harness/page/sandbox"
	"milvus-tls-e2e/harness/page/steps"
	"milvus-tls-e2e/harness/probe"
)

// clients lets the page's clients at servers in the modes that they are
// written for, one server for each mode.
func (w *pageRun) clients(ctx context.Context) {
	for mode := 0; mode <= 2; mode++ {
		mine := slices.DeleteFunc(slices.Clone(w.waiting), func(i int) bool { return w.Steps[i].Mode != mode })
		if len(mine) > 0 && ctx.Err() == nil {
			w.inMode(ctx, mode, mine)
		}
	}
}

// inMode starts one server and runs clients against it, in the page's order.
func (w *pageRun) inMode(ctx context.Context, mode int, blocks []int) {
	w.need(ctx)
	s, config, how, err := w.configIn(mode)
	var run *server
	if err == nil {
		run, err = w.start(ctx, config, s, mode)
	}
	if run != nil {
		defer w.end(run, "mode "+strconv.Itoa(mode))
	}
	for _, i := range blocks {
		if ctx.Err() != nil {
			return
		}
		result := seen{want: snippet.Ran, how: append([]string{how, w.whose()}, w.resolve(i)...), began: time.Now()}
		switch {
		case err != nil:
			result.evidence.Err = err
			w.judge(i, result)
		case !run.boot.Ready:
			result.evidence.Err = fmt.Errorf("the server for it did not become ready: %s", run.boot.Why())
			w.judge(i, result)
		case w.Steps[i].Kind == steps.Curl:
			w.curl(ctx, i, run, result)
		default:
			w.python(ctx, i, run, result)
		}
	}
}

// ownConfig is the server configuration for a page that has none.
const ownConfig = `
tls:
  serverPemPath: /milvus/tls/server.pem
  serverKeyPath: /milvus/tls/server.key
  caPemPath: /milvus/tls/ca.pem
proxy: {http: {port: 8080}}
`

func (w *pageRun) configIn(mode int) (s steps.Step, config []byte, how string, err error) {
	s, how = steps.Step{Block: page.Part{Kind: page.Code, Text: ownConfig}, Kind: steps.Config}, "against a server with the harness's own configuration: the page has none for TLS"
	if w.config != nil {
		s, how = *w.config, fmt.Sprintf("against a server with the configuration of block %d", w.config.Number)
	}
	config, changed, err := milvus.InMode([]byte(s.Block.Text), mode)
	if len(changed) > 0 {
		how += ", with " + strings.Join(changed, " and ")
	}
	return s, config, how, err
}

// relativePath finds what may be the path of a certificate in a client block.
var relativePath = regexp.MustCompile(`[\w./~-]+\.(?:pem|key|crt|cer)\b`)

// resolve makes the folders that a client block names by way of example lead
// to the files: the block itself stays as it is printed.
func (w *pageRun) resolve(i int) (how []string) {
	for _, p := range relativePath.FindAllString(w.Steps[i].Block.Text, -1) {
		dir, from := path.Dir(p), w.where(path.Base(p))
		if path.IsAbs(p) || dir == "." || strings.HasPrefix(dir, "~") || from == "" {
			continue
		}
		made, err := w.Box.Link(path.Join(w.in, dir), from)
		if err == nil && made {
			how = append(how, dir+" is a link to the folder with the certificates")
		}
	}
	return how
}

// controlled adds the harness's own client at the same server. In mode 2 a client
// without a certificate must not be served, or a client that is served has
// shown nothing.
func (s *server) controlled(ctx context.Context, e *checks.Evidence) {
	o, err := s.check(ctx, harness.Raw, harness.GRPC, s.wire(), s.control(s.wire()))
	e.ControlErr = err
	if err == nil {
		e.Control = &o
	}
	if err != nil || s.topology.Mode != 2 {
		return
	}
	nobody, err := s.check(ctx, harness.Raw, harness.GRPC, harness.TransportTLS, harness.Nobody)
	if err == nil && nobody.Answer == connection.AnswerData {
		e.Err = errors.New("the server serves clients without a certificate too, so this one shows nothing")
	}
}

func (s *server) wire() harness.Transport {
	if s.topology.TLS() {
		return harness.TransportTLS
	}
	return harness.TransportPlain
}

func (w *pageRun) python(ctx context.Context, i int, run *server, result seen) {
	done, err := w.Box.Program(ctx, w.Python.Path, w.Steps[i].Block.Text, sandbox.Command{In: w.in})
	if ctx.Err() != nil {
		return
	}
	result.evidence.Err = err
	if err == nil {
		run.controlled(ctx, &result.evidence)
		x := snippet.Facts{Status: done.Status, Ended: done.Ended, Tool: w.Python.Says}
		if done.Status != 0 && done.Ended == "" {
			x.Cause = raised(done.Output)
		}
		x.Seconds = done.Took.Seconds()
		result.evidence.Saw = &x
	}
	result.output = done.Output
	w.judge(i, result)
}

var exception = regexp.MustCompile(`(?m)^[\w.]*(?:Error|Exception|Interrupt|Exit)\b.*$`)

// raised returns Python's exception, or else the last line. gRPC may print more after the
// exception.
func raised(output string) string {
	if all := exception.FindAllString(output, -1); len(all) > 0 {
		return short(all[len(all)-1])
	}
	all := strings.Split(strings.TrimSpace(output), "\n")
	return short(all[len(all)-1])
}

// curlrc has curl print the HTTP status, whatever the command prints.
const curlrc = "silent\nshow-error\nwrite-out = \"\\n%{http_code}\"\n"

// curl runs a curl block, which belongs to two claims: about TLS, where any answer will do, and
// about the answer.
func (w *pageRun) curl(ctx context.Context, i int, run *server, result seen) {
	done, err := w.Box.Shell(ctx, w.Steps[i].Typed, sandbox.Command{
		In: w.in, Aside: map[string]string{".curlrc": curlrc}, Env: []string{"CURL_HOME=" + w.Box.ExtraFiles()},
	})
	if ctx.Err() != nil {
		return
	}
	result.how = append(result.how, "a .curlrc keeps the progress bar quiet and has curl print the HTTP status")
	result.check, result.output, result.want, result.evidence.Err = harness.Attempt{Client: harness.Curl, Port: harness.HTTP}, done.Output, harness.Answered, err
	if err == nil {
		run.controlled(ctx, &result.evidence)
		o := saidCurl(done)
		result.evidence.Saw = &o
	}
	w.judge(i, result)
	result.claim, result.want = "curl-answer", harness.Served
	if !run.features[harness.RESTv2] {
		r := w.result(i, result.claim)
		r.Verdict, r.Reason, r.Expected = harness.NotApplicable, features.Lacks(harness.RESTv2), true
		w.add(i, r)
		return
	}
	w.judge(i, result)
}

func saidCurl(done sandbox.Done) connection.Observation {
	if done.Ended != "" {
		return connection.Observation{SelfReportOnly: true, End: connection.EndTimeout, Detail: done.Ended}
	}
	body, code := []byte(done.Output), 0
	if at := bytes.LastIndexByte(body, '\n'); at >= 0 {
		code, _ = strconv.Atoi(string(bytes.TrimSpace(body[at+1:])))
		body = body[:at]
	}
	return probe.CurlCommand(done.Status, string(body), code, body)
}
