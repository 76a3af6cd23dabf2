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
func start(t *testing.T, topology harness.Topology, faults ...standin.Fault) deploy.Deployment {
	t.Helper()
	files, err := sharedCerts(t).WriteServer(t.TempDir(), harness.ConfigChange{})
	if err != nil {
		t.Fatal(err)
	}
	p := standin.New(sharedCerts(t), faults...)
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

// aim resolves an attempt for its topology and gives it all that it needs.
func aim(t *testing.T, addr string, topology harness.Topology, a harness.Attempt) Target {
	t.Helper()
	a = a.In(topology)
	cert, err := sharedCerts(t).Identity(a.Identity)
	if err != nil {
		t.Fatal(err)
	}
	target := Target{
		Attempt: a, Addr: addr, Cert: cert, Trusted: sharedCerts(t).CA().Pool(), Bound: ample, Scratch: "scratch_" + string(a.Client),
		Release: harness.Features{harness.RESTv1: true},
	}
	if a.TrustStore == harness.TrustOther {
		target.Trusted = sharedCerts(t).OtherCA().Pool()
	}
	switch a.Login {
	case harness.LoginRoot:
		target.Users = Credentials{User: "root", Password: "Milvus"}
	case harness.LoginWrong:
		target.Users = Credentials{User: "root", Password: "not-Milvus"}
	case harness.LoginNone:
	}
	if a.Client == harness.Curl {
		files, err := written()
		if err != nil {
			t.Fatal(err)
		}
		target.Files.CA = files.Trust(a.TrustStore)
		target.Files.Cert, target.Files.Key = files.Client(a.Identity)
	}
	return target
}
