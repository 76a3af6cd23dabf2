package probe

import (
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
)

var (
	plain   = harness.Topology{Name: "mode-0"}
	oneWay  = harness.Topology{Name: "mode-1", Mode: 1}
	mutual  = harness.Topology{Name: "mode-2", Mode: 2}
	unknown = harness.Topology{Name: "mode-7", Mode: 7} // does not start, and keeps its ports
)

func users(t harness.Topology) harness.Topology {
	t.Users = true
	return t
}

// start deploys a stand-in until the end of the test.
func start(t *testing.T, topology harness.Topology, lies ...standin.Lie) deploy.Deployment {
	t.Helper()
	files, err := wallet(t).WriteServer(t.TempDir(), harness.Change{})
	if err != nil {
		t.Fatal(err)
	}
	p := standin.New(wallet(t), lies...)
	d, err := p.Deploy(t.Context(), deploy.Spec{Name: t.Name(), Topology: topology, Files: files})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// aim fits an attempt to its topology and gives it all that it needs.
func aim(t *testing.T, addr string, topology harness.Topology, a harness.Attempt) Target {
	t.Helper()
	a = a.Fit(topology).(harness.Attempt)
	cert, err := wallet(t).Identity(a.As)
	if err != nil {
		t.Fatal(err)
	}
	target := Target{
		Attempt: a, Addr: addr, Cert: cert, Trusted: wallet(t).CA().Pool(), Bound: ample, Scratch: "scratch_" + string(a.Via),
		Release: harness.Features{harness.RESTv1: true},
	}
	if a.Trusting == harness.TrustOther {
		target.Trusted = wallet(t).OtherCA().Pool()
	}
	switch a.Login {
	case harness.LoginRoot:
		target.Users = Credentials{User: "root", Password: "Milvus"}
	case harness.LoginWrong:
		target.Users = Credentials{User: "root", Password: "not-Milvus"}
	case harness.LoginNone:
	}
	if a.Via == harness.Curl {
		files, err := written()
		if err != nil {
			t.Fatal(err)
		}
		target.Files.CA = files.Trust(a.Trusting)
		target.Files.Cert, target.Files.Key = files.Client(a.As)
	}
	return target
}
