package standin_test

import (
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// replacements show the faults of a component that was replaced: each by a client's look
// at a cluster whose TLS between components has been switched on at the component.
type replacement struct {
	fault     standin.Fault
	component string
	client
	before, honest, faulty string
}

func replacements() []replacement {
	inside := client{at: harness.InternalDataNode, speaks: harness.Raw, plain: true}
	health := client{at: harness.ManagementOf("querynode"), plain: true, ask: "GET /healthz"}
	return []replacement{
		{standin.ReplacedInPlaintext, "datanode", inside, "served", "closed", "served"},
		{standin.NeverComesBack, "querynode", health, "served", "served", "HTTP 500"},
		{standin.ReplacedProxyDropsClients, "proxy-2", client{at: harness.GRPC2, speaks: harness.Raw, plain: true}, "served", "served", "closed"},
	}
}

func TestReplacedComponents(t *testing.T) {
	t.Parallel()
	for _, c := range replacements() {
		for _, faulty := range []bool{false, true} {
			t.Run(string(c.fault), func(t *testing.T) {
				t.Parallel()
				var faults []standin.Fault
				want := c.honest
				if faulty {
					faults, want = append(faults, c.fault), c.faulty
				}
				files, err := pkitest.CertSet(t).WriteServer(t.TempDir(), harness.ConfigChange{})
				if err != nil {
					t.Fatal(err)
				}
				spec := deploy.Spec{Name: t.Name(), Topology: harness.Topology{Name: "2.6 cluster", Cluster: true}, Files: files}
				d := deployed(t, standin.New(pkitest.CertSet(t), faults...), spec)
				if got := c.check(t, d).what; got != c.before {
					t.Errorf("before: %s, want %s", got, c.before)
				}
				replace, err := d.Capabilities().Cluster.Replace.Get()
				if err != nil {
					t.Fatal(err)
				}
				spec.Topology.Internal = harness.InternalOn
				if _, err := replace(t.Context(), c.component, spec, bound); err != nil {
					t.Fatal(err)
				}
				if got := c.check(t, d).what; got != want {
					t.Errorf("after: %s, want %s", got, want)
				}
				if _, err := replace(t.Context(), "nobody", spec, bound); err == nil {
					t.Error("a component was replaced that is not there")
				}
			})
		}
	}
}
