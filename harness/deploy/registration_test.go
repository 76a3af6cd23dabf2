package deploy_test

import (
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
)

// Servers that follow each other keep their data in one kind of storage.
func TestStorageIsShared(t *testing.T) {
	for _, kinds := range [][3]string{{"local", "object", "local"}, {"object", "local", "local"}, {"object", "object", "object"}} {
		servers := []harness.Server{{Storage: kinds[0]}, {Storage: kinds[1]}}
		deploy.ShareStorage(servers)
		if servers[0].Storage != kinds[2] || servers[1].Storage != kinds[2] {
			t.Errorf("%v: %+v", kinds, servers)
		}
	}
}
