package e2e

import (
	"context"
	"fmt"
	"os"

	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/deploy/providers"
	"milvus-tls-e2e/harness/report"
)

// startProvider starts the provider of a plan's servers, and returns how these are isolated from
// the machine.
func startProvider(ctx context.Context, r deploy.Run) (deploy.Provider, isolate.Kind, error) {
	name := r.Servers[0].Provider
	p, known := providers.Named(name)
	if !known {
		return nil, "", fmt.Errorf("there is no provider %q", name)
	}
	return p.Start(ctx, r)
}

// OwnNamespaces reports whether the plan in a folder is run by a provider whose servers have
// namespaces of their own, such as containers. An unreadable plan is reported by the run itself.
func OwnNamespaces(out string) bool {
	in, err := report.ReadPlan(out)
	if err != nil || len(in.Servers) == 0 {
		return false
	}
	p, _ := providers.Named(in.Servers[0].Provider)
	return p.OwnNamespaces
}

// KeepVariables returns a function that sets again what providers need of the user's
// environment: nothing else of it reaches a run.
func KeepVariables() func() {
	kept := map[string]string{}
	for _, p := range providers.All {
		for _, name := range p.Variables {
			if value, set := os.LookupEnv(name); set {
				kept[name] = value
			}
		}
	}
	return func() {
		for name, value := range kept {
			_ = os.Setenv(name, value)
		}
	}
}
