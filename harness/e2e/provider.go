package e2e

import (
	"context"
	"fmt"
	"os"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/docker"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/report"
)

// A provider is a deploy.Provider that keeps its own secrets out of the logs.
type provider interface {
	deploy.Provider
	Redact(text []byte) []byte
}

// A starter starts a provider for the servers of a plan, and says what keeps these apart
// from the machine.
type starter func(ctx context.Context, kind isolate.Kind, dir string, certs *pki.CertSet, servers []harness.Server) (provider, isolate.Kind, error)

// starters are those of every provider that a run can have. To add a provider is one line
// here, besides its package.
var starters = map[string]starter{
	"process": startProcess,
	"docker":  startDocker,
}

func startProvider(ctx context.Context, kind isolate.Kind, servers []harness.Server, dir string, certs *pki.CertSet) (provider, isolate.Kind, error) {
	name := servers[0].Provider
	start, known := starters[name]
	if !known {
		return nil, "", fmt.Errorf("there is no provider %q", name)
	}
	return start(ctx, kind, dir, certs, servers)
}

func startProcess(ctx context.Context, kind isolate.Kind, dir string, certs *pki.CertSet, servers []harness.Server) (provider, isolate.Kind, error) {
	p, err := process.New(ctx, kind, dir, certs, servers)
	return p, kind, err
}

func startDocker(ctx context.Context, _ isolate.Kind, dir string, certs *pki.CertSet, servers []harness.Server) (provider, isolate.Kind, error) {
	engine, err := docker.Open(ctx)
	if err != nil {
		return nil, "", err
	}
	if _, err := engine.Sweep(ctx, process.Lives); err != nil {
		return nil, "", err
	}
	p, err := docker.New(ctx, engine, dir, certs, servers)
	return p, isolate.Kind("containers of " + engine.String() + ", nothing published but on loopback"), err
}

// Containers tells whether the plan in a folder is carried out in containers, which have
// namespaces of their own. Of a plan that cannot be read the run itself will tell.
func Containers(out string) bool {
	in, err := report.ReadPlan(out)
	return err == nil && len(in.Servers) > 0 && in.Servers[0].Provider == "docker"
}

// KeepEngineVariables gives a function that sets again what the environment says of the
// container engine: nothing else of it reaches a run.
func KeepEngineVariables() func() {
	kept := map[string]string{}
	for _, name := range docker.Variables {
		if value, set := os.LookupEnv(name); set {
			kept[name] = value
		}
	}
	return func() {
		for name, value := range kept {
			_ = os.Setenv(name, value)
		}
	}
}
