package run

import (
	"os"
	"testing"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

var kind isolate.Kind

// The tests run in namespaces, as a page does: Milvus's own ports are free there.
func TestMain(m *testing.M) {
	os.Exit(isolate.Main(true, func(k isolate.Kind) int {
		kind = k
		return m.Run()
	}))
}
