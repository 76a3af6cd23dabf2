package check

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/remote"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/probe"
	"milvus-tls-e2e/harness/results"
	"milvus-tls-e2e/harness/run"
)

// clients are those that a check uses: what needs no runtime of its own.
func clients() []harness.Client {
	return slices.DeleteFunc(slices.Clone(harness.Clients), func(c harness.Client) bool { return probe.All[c] == nil })
}

// Options configure a check, apart from its target.
type Options struct {
	Claims   []harness.Claim
	Features func(version string) ([]harness.Feature, error) // what a release has
	MadeFor  func(version string) ([]string, error)          // which claims are made for it
	Newest   string                                          // the release that a server is taken for which cannot be asked
	Machine  []harness.Feature                               // what this machine has
	Selected func(plan.Planned) bool                         // which entries of the plan are judged; nil for all
	Writes   bool                                            // a scratch collection may be made
	Again    string                                          // the command that judges the target again
	Bounds   run.Bounds
	Lookup   func(ctx context.Context, host string) ([]string, error) // nil for the system's resolver
	Joined   func(harness.Server, plan.Plan)                          // called when the deployment has been identified; may be nil
}

// DefaultBounds are how long a deployment that already runs may take.
var DefaultBounds = run.Bounds{Ready: time.Minute, Attempt: 10 * time.Second, Data: 90 * time.Second, Log: 2 * time.Second, Alive: 10 * time.Second}

// A session is one check under way.
type session struct {
	Options
	target   Target
	topology harness.Topology
	parts    pki.Parts // what the certificate set is made of
	certs    *pki.CertSet
	entry    *entry
	features harness.Features // of the release
	servers  []string         // the addresses of gRPC's name
	known    bool             // the release is known from the server or its owner
	pinned   bool             // clients accept whatever the server shows
	users    probe.Credentials
	provider *remote.Provider
	caller   caller
	ended    bool // the server's certificate has
	scratch  string
	dir      string
}

// Run judges a target. An error of one line is why nothing could be judged; defects of the
// deployment are in the results.
func Run(ctx context.Context, t Target, o Options) (all results.Results, err error) {
	begin := time.Now()
	r := &session{Options: o, target: t, topology: t.topology(), scratch: "milvus_tls_e2e_" + strings.ToLower(rand.Text()[:12])}
	if err := r.prepare(ctx); err != nil {
		return all, err
	}
	defer func() { err = errors.Join(err, r.provider.Close()) }()
	server, err := r.identify(ctx)
	if err != nil {
		return all, err
	}
	if r.dir, err = os.MkdirTemp("", "milvus-tls-e2e-check-"); err != nil { // at mode 0700
		return all, fmt.Errorf("make a private folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(r.dir)) }()
	judged, known, err := r.judge(ctx, server)
	if err != nil {
		return all, err
	}
	all = results.Results{
		Schema: results.Schema, Results: judged,
		Run: results.Run{
			Provider: remote.Name, Isolation: "none: the deployment already runs", Started: begin.UTC(), Seconds: time.Since(begin).Seconds(),
		},
	}
	all.Stale = results.Stale(judged, known, map[string]string{server.Version: server.Line}, r.Selected == nil)
	return all, nil
}

func (t *Target) topology() harness.Topology {
	topology := harness.Topology{
		Name: fmt.Sprintf("standing-mode-%d", *t.Mode), Mode: *t.Mode, Users: t.Login.User != "",
		Attached: true, ServerName: t.Name, Days: *t.Days,
	}
	if topology.Users {
		topology.Name += "-auth"
	}
	if len(t.Internal.Addresses) > 0 {
		topology.Internal, topology.ComponentName = harness.InternalOn, t.Internal.Name
	}
	switch t.Addresses.REST {
	case "":
		topology.REST = harness.NotGiven
	case t.Addresses.GRPC:
		if !topology.TLS() { // under TLS they cannot share a port, and that is found out
			topology.REST = harness.EqualPort
		}
	}
	return topology
}

func (r *session) prepare(ctx context.Context) (err error) {
	t := &r.target
	if r.parts, r.certs, err = t.certs(); err != nil {
		return err
	}
	if err := r.internal(); err != nil {
		return err
	}
	if r.users, err = t.users(); err != nil {
		return err
	}
	addrs := map[harness.Port]string{harness.GRPC: t.Addresses.GRPC, harness.HTTP: t.Addresses.REST}
	if t.Addresses.Management != managementMissing {
		addrs[harness.Management] = t.Addresses.Management
	}
	for _, p := range t.Internal.ports() {
		addrs[p] = t.Internal.Addresses[p.Component()]
	}
	if err := r.resolve(ctx, addrs); err != nil {
		return err
	}
	log, err := t.follow()
	if err != nil {
		return err
	}
	r.provider = remote.New(addrs, log)
	r.caller = caller{
		target: t, topology: r.topology, certs: r.certs, addr: t.Addresses.GRPC, users: r.users, bound: min(r.Bounds.Attempt, 5*time.Second),
		pace: rate.NewLimiter(rate.Limit(*t.Rate), 1).Wait,
	}
	return nil
}

func (r *session) identify(ctx context.Context) (server harness.Server, err error) {
	reported, notAsked := r.caller.version(ctx)
	var stranger *strangerError
	if notAsked != nil && (!errors.As(notAsked, &stranger) || !r.topology.TLS()) {
		return server, notAsked
	}
	if server, err = r.server(reported); err != nil {
		return server, cmp.Or(notAsked, err)
	}
	if err := r.findComponents(ctx, server); err != nil {
		return server, err
	}
	if err := r.enter(ctx); err != nil {
		return server, err
	}
	if stranger != nil && !r.entry.found() {
		return server, notAsked
	}
	if r.ended, err = r.caller.ended(ctx); err != nil {
		return server, err
	}
	if server.Claims, err = r.MadeFor(server.Version); err != nil {
		return server, err
	}
	if r.topology.TLS() && r.target.Logged() {
		d, err := r.provider.Deploy(ctx, deploy.Spec{})
		if err != nil {
			return server, err
		}
		says, err := r.caller.logs(ctx, d, server.Version)
		if err != nil {
			return server, err
		}
		if says {
			server.Features = append(server.Features, harness.LogsGRPC)
		}
	}
	return server, nil
}

// server is the release that the deployment reports, or its owner. If both are unknown, it is
// the newest release.
func (r *session) server(reported string) (server harness.Server, err error) {
	version := cmp.Or(r.target.Version, milvus.Core(reported))
	if r.known = version != ""; !r.known {
		if reported != "" || r.Newest == "" {
			return server, fmt.Errorf("%s calls itself %q, which is no version: give version: in %s", r.caller.addr, reported, r.target.File)
		}
		version, reported = r.Newest, "nothing, and is taken for the newest release"
	}
	server = harness.Server{
		Version: version, Line: milvus.Line(version), ServerVersion: cmp.Or(reported, version), Provider: remote.Name}
	server.Features, err = r.Features(version)
	r.features = harness.Features{}.With(server.Features...)
	return server, err
}

// judge plans and judges, and drops what attempts left behind.
func (r *session) judge(ctx context.Context, server harness.Server) ([]results.Result, []results.Expectation, error) {
	topologies := []harness.Topology{r.topology}
	plan, err := plan.New(plan.Inputs{
		Schema: plan.Schema, Servers: []harness.Server{server}, Topologies: []string{r.topology.Name}, Clients: clients(), Machine: r.Machine,
	}, r.Claims, topologies)
	if err != nil {
		return nil, nil, err
	}
	plan = r.attached().Restrict(plan, r.Claims, topologies)
	if r.Joined != nil {
		r.Joined(server, plan)
	}
	files, err := r.files()
	if err != nil {
		return nil, nil, err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r.entry.gone = stop
	known := r.target.known(server.Line)
	config := run.Config{
		Plan: plan, Claims: r.Claims, Topologies: topologies, CertSet: r.certs, Dir: r.dir, Known: known, Cells: 1, Boots: 1,
		Providers: map[string]deploy.Provider{remote.Name: r.provider}, Reproduce: r.reproduce, Bounds: r.Bounds,
		Files: files, Users: r.users, Entry: r.entry, Scratch: r.scratch, Pace: r.caller.pace,
	}
	if r.Selected != nil {
		config.Selected = func(i int) bool { return r.Selected(plan.Cases[i]) }
	}
	s, err := run.New(config)
	if err != nil {
		return nil, nil, err
	}
	s.Run(ctx)
	if r.Writes {
		err = r.tidy(context.WithoutCancel(ctx))
	}
	if gone := context.Cause(ctx); gone != nil && !errors.Is(gone, context.Canceled) && !errors.Is(gone, context.DeadlineExceeded) {
		return nil, nil, errors.Join(fmt.Errorf("%w, and it answered before: what is judged after that means nothing. A port-forward has to be started again", gone), err)
	}
	if ctx.Err() != nil {
		return nil, nil, errors.Join(ctx.Err(), err)
	}
	return s.Results(), known, err
}

// files writes what clients need that read files, and the target does not name: no key
// is among it.
func (r *session) files() (files, error) {
	f := files{target: &r.target, other: filepath.Join(r.dir, "another-ca.pem")}
	write := map[string][]byte{f.other: r.certs.OtherCA().PEM()}
	if r.pinned {
		f.trust = filepath.Join(r.dir, "trust.pem")
		write[f.trust] = r.parts.Trust
		if len(r.parts.Server) > 0 {
			f.server = filepath.Join(r.dir, "server.pem")
			write[f.server] = r.parts.Server
		}
	}
	for path, text := range write {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return f, fmt.Errorf("write certificates for clients: %w", err)
		}
	}
	return f, nil
}

// tidy drops the collections that the check made, also when it was interrupted.
func (r *session) tidy(ctx context.Context) error {
	a := harness.Attempt{Client: harness.Go, Port: harness.GRPC}.In(r.topology)
	cert, err := r.certs.Identity(a.Identity)
	if err == nil {
		_, err = probe.DropScratchCollections(ctx, probe.Target{
			Attempt: a, Addr: r.caller.addr, Cert: cert, Trusted: r.certs.Trusted(), Ended: true, Users: r.users, Scratch: r.scratch, Bound: r.Bounds.Data,
		})
	}
	if err != nil {
		return fmt.Errorf("collections whose names begin with %s may be left: %w", r.scratch, err)
	}
	return nil
}
