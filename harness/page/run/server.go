package run

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/snippet"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/page/steps"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/probe"
)

// The time limits of a server and of one request to it.
const (
	readyBound   = 4 * time.Minute
	attemptBound = 15 * time.Second
)

// A server is one that a page's configuration started.
type server struct {
	deploy.Deployment
	boot     start.Facts
	certs    *pki.CertSet
	features harness.Features
	topology harness.Topology
}

// configure starts a real server with a configuration as printed, and records what it serves.
func (w *pageRun) configure(ctx context.Context, i int) {
	s := w.Steps[i]
	if s.Internal() {
		w.skip(i, w.internal())
		return
	}
	w.config = &w.Steps[i]
	w.need(ctx)
	result := seen{check: start.Check{}, want: start.StartedTLS, began: time.Now(), how: []string{
		"merged key by key over the stock milvus.yaml of the release, as a person edits it; etcd, object store and logging are the harness's", w.whose(),
	}}
	printed, err := milvus.ParsePageBlock([]byte(s.Block.Text))
	if err != nil {
		result.evidence.Saw = &snippet.Facts{Status: 1, Cause: err.Error()}
		result.check, result.want = nil, snippet.Ran
		w.judge(i, result)
		return
	}
	if odd := milvus.UnknownTopLevelKeys(w.Stock, printed); len(odd) > 0 {
		told := "it prints " + strings.Join(odd, ", ") + " at the top level, where the release's own file has no such key"
		result.how = append(result.how, told)
		result.tries = fmt.Sprintf("the %s as printed%s (%s)", s.What, onLine(s), told)
	}
	run, err := w.start(ctx, printed, s, 0)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		result.evidence.Err = err
		w.judge(i, result)
		return
	}
	defer w.end(run, "block "+number(s))
	if err := w.survey(ctx, run); err != nil {
		result.evidence.Err = err
	}
	result.evidence.Saw = &run.boot
	result.evidence.ConfiguredCert = run.certs.Server().Fingerprint()
	w.judge(i, result)
}

// internal is why a configuration of TLS between components is not judged.
func (w *pageRun) internal() string {
	var major, minor int
	if _, err := fmt.Sscanf(w.Server.Version, "%d.%d", &major, &minor); err == nil && major == 2 && minor < 5 {
		return fmt.Sprintf("Milvus %s has no internal TLS (2.5 has it)", w.Server.Version)
	}
	return "what it switches on lies between the server's own components, and a page's run connects from outside"
}

// start starts a server with a configuration and waits until it is ready. mode is its clients'
// mode.
func (w *pageRun) start(ctx context.Context, config []byte, s steps.Step, mode int) (*server, error) {
	certs, err := w.certs()
	if err != nil {
		return nil, fmt.Errorf("read the page's certificates: %w", err)
	}
	given := &deploy.CustomConfig{Config: config, OwnPorts: true}
	dirs := map[string][]string{}
	for _, p := range s.Paths() {
		dirs[path.Dir(p)] = append(dirs[path.Dir(p)], path.Base(p))
	}
	for at, names := range dirs {
		from, err := w.serve(names)
		if err != nil {
			return nil, err
		}
		given.Mounts = append(given.Mounts, deploy.Mount{From: from, At: at})
	}
	run := &server{certs: certs, topology: harness.Topology{Name: Topology, Mode: mode}, features: harness.Features{}.With(w.Server.Features...)}
	run.Deployment, err = w.Provider.Deploy(ctx, deploy.Spec{
		Name: fmt.Sprintf("%s block %d mode %d", Topology, s.Number, mode), Server: w.Server, Topology: run.topology, CustomConfig: given,
	})
	if err != nil {
		return nil, err
	}
	became := deploy.Await(ctx, run, func(ctx context.Context) error { return run.ready(ctx) }, readyBound)
	run.boot = start.Facts{Ready: became.Ready, Exited: became.Exited, Status: became.Status, Seconds: became.Seconds}
	log, _, err := run.Log(0)
	if err == nil && run.boot.Exited {
		run.boot.Cause, run.boot.LastLine = milvus.Cause(log), milvus.LastLine(log)
	}
	return run, err
}

func (w *pageRun) end(run *server, name string) {
	if text, _, err := run.Log(0); err == nil && w.Log != nil {
		w.Log(Topology+" "+name, text)
	}
	_ = run.Stop() // the run's namespaces end what does not stop
}

// ready makes one control call in each way in which a server may answer.
func (s *server) ready(ctx context.Context) error {
	for _, over := range []harness.Transport{harness.TransportTLS, harness.TransportPlain} {
		o, err := s.check(ctx, harness.Raw, harness.GRPC, over, s.control(over))
		switch {
		case err != nil:
			return err
		case o.Answer == connection.AnswerData:
			return nil
		case o.End == connection.EndDialRefused:
			return errors.New("nothing listens")
		}
	}
	return errors.New("no client is served")
}

// control is the identity that a server must serve: a certificate for clients
// by the page's CA where its key is there, else the page's own.
func (s *server) control(over harness.Transport) string {
	if over == harness.TransportPlain {
		return harness.Nobody
	}
	for _, name := range []string{harness.BothUsages, harness.Good} {
		if _, err := s.certs.Identity(name); err == nil {
			return name
		}
	}
	return harness.Nobody
}

// check makes one attempt with the harness's own client. Nothing is asked of
// the server's certificate but which it is: a page's may lack what Go demands.
func (s *server) check(ctx context.Context, via harness.Client, at harness.Port, over harness.Transport, as string) (connection.Observation, error) {
	cert, err := s.certs.Identity(as)
	if err != nil {
		return connection.Observation{}, err
	}
	a := harness.Attempt{Client: via, Port: at, Transport: over, Identity: as, TrustStore: harness.TrustAnything}
	return probe.All[via].Observe(ctx, probe.Target{
		Attempt: a.In(s.topology), Addr: s.Addr(at), Cert: cert, Trusted: s.certs.CA().Pool(),
		Release: s.features, Bound: attemptBound,
	})
}

// survey adds to a start what the server serves, way by way.
func (w *pageRun) survey(ctx context.Context, s *server) error {
	if !s.boot.Ready {
		return nil
	}
	ways := []struct {
		via harness.Client
		at  harness.Port
	}{{harness.Raw, harness.GRPC}, {harness.REST, harness.HTTP}}
	for _, way := range ways {
		for _, over := range []harness.Transport{harness.TransportTLS, harness.TransportPlain} {
			o, err := s.check(ctx, way.via, way.at, over, s.control(over))
			if err != nil {
				return fmt.Errorf("survey what was started: %w", err)
			}
			s.boot.Survey = append(s.boot.Survey, start.SurveyEntry{Port: way.at, Client: way.via, Transport: over, Outcome: o.Outcome(), ServerCert: o.ServerCert})
		}
	}
	return nil
}
