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
		"an old etcd":      {deploy.Spec{Topology: both, Change: onlyTLS12(harness.EtcdServer)}, deploy.EtcdOld, ""},
		"one without need": {deploy.Spec{Change: onlyTLS12(harness.EtcdServer)}, deploy.EtcdPlain, ""},
		"an old store": {deploy.Spec{Server: harness.Server{Storage: "object"}, Topology: both, Change: onlyTLS12(harness.StoreServer)},
			deploy.EtcdMutual, deploy.ObjectOld},
		"an old store without TLS": {deploy.Spec{Server: harness.Server{Storage: "object"}, Change: onlyTLS12(harness.StoreServer)},
			deploy.EtcdPlain, deploy.ObjectPlain},
	} {
		if etcd, object := tt.spec.Backends(); etcd != tt.etcd || object != tt.object {
			t.Errorf("%s: %q and %q", name, etcd, object)
		}
	}
}

func onlyTLS12(f harness.File) harness.ConfigChange {
	return harness.ConfigChange{File: f, Defect: harness.OnlyTLS12}
}
