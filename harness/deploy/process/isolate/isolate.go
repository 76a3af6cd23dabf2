// Package isolate runs a program in network, process and mount namespaces of
// its own: what it starts can be reached from nowhere else and ends when it
// ends, however it ends. Where the system allows none, the program runs as it
// is and each server gets a supervisor that ends it when the program goes.
package isolate

import (
	"os"
	"strings"
)

// Kind is how a program is kept apart from the machine.
type Kind string

// The kinds, in the order in which they are tried.
const (
	AsRoot Kind = "network, process and mount namespaces of the run's own"
	AsUser Kind = "user, network, process and mount namespaces of the run's own"
	None   Kind = "none: servers listen on all interfaces of this machine, and a supervisor ends them"
)

const roleVar = "MILVUS_TLS_E2E_ROLE"

// Variables that reach the program itself. Everything else of the user's
// environment is kept out, so that nothing there can change a server or a
// client: no MILVUS*, ETCD_*, MINIO_*, SSL_CERT_*, CURL_*, GRPC_*, proxies.
var kept = []string{"PATH", "HOME", "USER", "TMPDIR", "LANG", "LC_ALL", "TZ", "TERM", "COLUMNS", "NO_COLOR", "CI", "GOCOVERDIR", "GITHUB_STEP_SUMMARY"}

// Environment returns the part of this process's environment that a child may
// see, with more variables ("NAME=value") added.
func Environment(more ...string) []string {
	var env []string
	for _, name := range kept {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return append(env, more...)
}

// A Mount is a folder or a file that one server sees at a path of its own.
type Mount struct {
	From string // the folder or file on this machine
	At   string // the absolute path that the server sees it at
}

// scrub takes out of this process's environment what must not reach a server
// or a client.
func scrub() {
	env := Environment()
	os.Clearenv()
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		_ = os.Setenv(name, value)
	}
}

// HasRole reports whether this process was started by Main or by Command, so
// that it must call Main and nothing else.
func HasRole() bool { return os.Getenv(roleVar) != "" }
