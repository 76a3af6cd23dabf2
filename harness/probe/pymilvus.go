package probe

import (
	_ "embed"
	"path/filepath"
)

//go:embed workers/pymilvus.py
var pymilvusWorker string

// pymilvus runs in its virtual environment, isolated from the user's Python.
func pymilvus(dir string) Launch {
	return Launch{
		Args: []string{filepath.Join(dir, "bin", "python"), "-I", "-B", "-u", "-c", pymilvusWorker},
		Dir:  dir, Env: []string{"GRPC_VERBOSITY=NONE", "GRPC_ENABLE_FORK_SUPPORT=0"},
	}
}
