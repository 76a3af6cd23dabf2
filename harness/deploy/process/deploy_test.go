package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
)

func newProvider(t *testing.T, kind isolate.Kind) *Provider {
	t.Helper()
	p := &Provider{dir: t.TempDir(), kind: kind, ports: &ports{kind: kind}}
	p.stores = &stores{provider: p, access: "ACCESS", secret: "SECRET", started: map[deploy.Backend]*startedStore{}}
	for i, which := range []deploy.Backend{deploy.EtcdPlain, deploy.ObjectPlain, deploy.EtcdMutual, deploy.EtcdOld, deploy.ObjectTLS} {
		p.stores.started[which] = &startedStore{at: fmt.Sprintf("127.0.0.1:%d", i+1), listening: true}
	}
	return p
}

// spec says to deploy a script, beside what its configuration names.
func spec(t *testing.T, script string) deploy.Spec {
	t.Helper()
	files := pki.ServerFiles{Dir: t.TempDir()}
	for _, f := range []harness.File{harness.ServerCert, harness.ServerKey, harness.CACert} {
		if err := os.WriteFile(files.Path(f), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return deploy.Spec{
		Name:   "9.8.7 Mode-1/x",
		Server: harness.Server{Where: map[string]string{WhereBin: program(t, t.TempDir(), "milvus", script)}},
		Files:  files,
	}
}

// deployed is a script that runs as Milvus until the end of the test.
func deployed(t *testing.T, kind isolate.Kind, script string) *milvusServer {
	t.Helper()
	m, err := newProvider(t, kind).deploy(t.Context(), spec(t, script))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, m) })
	return m
}

func TestDeploy(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, kind)
			s := spec(t, "exec '"+self(t)+"' milvus")
			s.Topology.REST = harness.OwnPort
			write(t, p.dir, map[string]string{"9-8-7-mode-1-x/data": "of an earlier deployment of that name"})
			d, err := p.Deploy(within(t), s)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { stop(t, d) })
			if there(filepath.Join(d.Where(), "data")) {
				t.Error("the deployment starts from what an earlier one left")
			}
			addrs := []string{d.Addr(harness.GRPC), d.Addr(harness.HTTP), d.Addr(harness.Management)}
			if slices.Sort(addrs); len(slices.Compact(addrs)) != 3 {
				t.Errorf("addresses %q", addrs)
			}
			awaitLog(t, d, "v2.3.5-lite")
			if p.Name() != "process" || p.Close() != nil {
				t.Errorf("%s does not close", p.Name())
			}
		})
	}
}

func TestAddr(t *testing.T) {
	t.Parallel()
	for rest, want := range map[harness.RESTPort]string{harness.OwnPort: "127.0.0.1:11", harness.UnsetPort: "127.0.0.1:10", harness.EqualPort: "127.0.0.1:10", harness.NoREST: "127.0.0.1:11"} {
		m := milvusServer{
			setup: milvus.Setup{Topology: harness.Topology{REST: rest}},
			place: place{ports: map[string]int{"grpc": 10, "rest": 11, "management": 12}},
		}
		if m.Addr(harness.GRPC) != "127.0.0.1:10" || m.Addr(harness.HTTP) != want || m.Addr(harness.Management) != "127.0.0.1:12" {
			t.Errorf("REST %v: %s, %s, %s", rest, m.Addr(harness.GRPC), m.Addr(harness.HTTP), m.Addr(harness.Management))
		}
	}
}

func TestDeployIsInterrupted(t *testing.T) {
	t.Parallel()
	held := newFIFO(t)
	ctx, cancel := context.WithCancel(within(t))
	done := make(chan error, 1)
	s := spec(t, "exec >'"+held.path+"'; echo up; exec sleep 60")
	p := untilItEnds(t)
	go func() {
		_, err := p.Deploy(ctx, s)
		done <- err
	}()
	held.held(t)
	cancel()
	if err := receive(t, done); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was interrupted", err)
	}
	held.released(t)
}

func TestDeployWhatCannotStart(t *testing.T) {
	t.Parallel()
	s := spec(t, "")
	s.Server.Where[WhereBin] += ".missing"
	_, err := newProvider(t, isolate.AsRoot).Deploy(within(t), s)
	wantError(t, err, "deploy 9.8.7 Mode-1/x: start milvus.missing: ", "no such file")
	s.Server.Where[WhereConfigs] = "/does/not/exist"
	_, err = newProvider(t, isolate.None).Deploy(within(t), s)
	wantError(t, err, "deploy 9.8.7 Mode-1/x: read stock configuration: ", "/does/not/exist")
}

func TestDeployWithoutWhatTheConfigurationNames(t *testing.T) {
	t.Parallel()
	s := spec(t, "")
	s.Topology.Internal = harness.InternalOn
	_, err := newProvider(t, isolate.None).Deploy(within(t), s)
	wantError(t, err, "deploy 9.8.7 Mode-1/x: find a file that the configuration names: ", string(harness.InternalCA))
}

func TestNoDeploymentBesideAnError(t *testing.T) {
	s := spec(t, "")
	s.Server.Where[WhereBin] += ".missing"
	if d, err := newProvider(t, isolate.AsRoot).Deploy(within(t), s); err == nil || d != nil {
		t.Errorf("a deployment that cannot be stopped, %v", err)
	}
}

func TestDeploymentsThatAreNamedAlike(t *testing.T) {
	p := newProvider(t, isolate.AsRoot)
	var dirs []string
	for _, name := range []string{"2.3.5 mode-1", "2-3-5 MODE-1"} {
		s := spec(t, "exec sleep 60")
		s.Name = name
		m, err := p.deploy(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		defer stop(t, m)
		dirs = append(dirs, m.Where())
	}
	if dirs[0] == dirs[1] {
		t.Errorf("both are in %s", dirs[0])
	}
}
