package deploy_test

import (
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
)

func TestBackendsOfAServer(t *testing.T) {
	both := harness.Topology{EtcdTLS: true, StoreTLS: true}
	for name, tt := range map[string]struct {
		spec         deploy.Spec
		etcd, object deploy.Backend
	}{
		"plain":            {deploy.Spec{Server: harness.Server{Storage: "object"}}, deploy.EtcdPlain, deploy.ObjectPlain},
		"on disk":          {deploy.Spec{Topology: both}, deploy.EtcdMutual, ""},
		"encrypted":        {deploy.Spec{Server: harness.Server{Storage: "object"}, Topology: both}, deploy.EtcdMutual, deploy.ObjectTLS},
		"an old etcd":      {deploy.Spec{Topology: both, Change: harness.Change{Defect: harness.OnlyTLS12}}, deploy.EtcdOld, ""},
		"one without need": {deploy.Spec{Change: harness.Change{Defect: harness.OnlyTLS12}}, deploy.EtcdPlain, ""},
	} {
		if etcd, object := tt.spec.Backends(); etcd != tt.etcd || object != tt.object {
			t.Errorf("%s: %q and %q", name, etcd, object)
		}
	}
}
