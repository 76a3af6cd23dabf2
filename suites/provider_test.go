//go:build e2e

package suites

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

// newProvider starts the provider that the plan's servers name, and says what
// keeps its servers apart from the machine.
func newProvider(ctx context.Context, name, dir string, wallet *pki.Wallet, servers []harness.Server) (provider, isolate.Kind, error) {
	switch name {
	case "process":
		p, err := process.New(ctx, isolation, dir, wallet, servers)
		return p, isolation, err
	case "docker":
		engine, err := docker.Open(ctx)
		if err != nil {
			return nil, "", err
		}
		if _, err := engine.Sweep(ctx, process.Lives); err != nil {
			return nil, "", err
		}
		p, err := docker.New(ctx, engine, dir, wallet, servers)
		return p, isolate.Kind("containers of " + engine.String() + ", nothing published but on loopback"), err
	}
	return nil, "", fmt.Errorf("there is no provider %q", name)
}

// planned gives the provider of the plan in a folder, or "" where there is no
// such plan: the run itself will say so.
func planned(out string) string {
	in, err := report.ReadPlan(out)
	if err != nil || len(in.Servers) == 0 {
		return ""
	}
	return in.Servers[0].Provider
}

// keepVariables gives a function that sets again what the environment says of
// the engine: nothing else of it reaches a run.
func keepVariables() func() {
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
