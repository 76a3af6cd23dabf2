package probe

import (
	_ "embed"
	"path/filepath"

	"milvus-tls-e2e/harness"
)

var _ = declareForeign(foreign{
	ClientSpec: harness.ClientSpec{
		Client: harness.Pymilvus, Place: 5, Releases: []harness.Release{"2.4", "2.6", "3.0"},
		Lacks: "pymilvus is not installed here",
		Configs: []harness.ClientConfig{
			harness.ConfigHTTPURI, harness.ConfigConnections, harness.ConfigNoSecure, harness.ConfigNoName,
			harness.ConfigBothFiles, harness.ConfigCAAlone, harness.ConfigSecond,
		},
	},
	launch:    pymilvus,
	wrongName: []string{"is not in peer certificate"}, // gRPC's C core, below Python
	untrusted: []string{"certificate_verify_failed"},
	silent:    []harness.Release{"2.4"}, // seen of 2.4.9
})

//go:embed workers/pymilvus.py
var pymilvusWorker string

// pymilvus runs in its virtual environment, isolated from the user's Python.
func pymilvus(dir string) Launch {
	return Launch{
		Args: []string{filepath.Join(dir, "bin", "python"), "-I", "-B", "-u", "-c", pymilvusWorker},
		Dir:  dir, Env: []string{"GRPC_VERBOSITY=NONE", "GRPC_ENABLE_FORK_SUPPORT=0"},
	}
}
