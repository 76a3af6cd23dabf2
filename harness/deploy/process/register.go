package process

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// Registration is that of servers that run as processes of this machine.
var Registration = deploy.Registration{
	Name:    name,
	Default: "it needs nothing but PyPI; PROVIDER=docker judges the official images of more releases",
	Asked: func(r deploy.Request) string {
		for _, p := range r.Programs() {
			return p.Variable + " is a program of this machine"
		}
		return ""
	},
	Deploys: func(_ deploy.Request, v versions.Release) bool { return HasWheel(v) },
	Common:  func(deploy.Request) string { return "runs as a process" },
	Lacking: func(_ deploy.Request, all []versions.Release) string {
		return "PyPI has no server of Milvus " + strings.Join(versions.Numbers(all), ", ")
	},
	Usable: func(context.Context) (string, error) {
		if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
			return "", fmt.Errorf("real servers run as processes on Linux x86_64 only, and this is %s/%s: it needs PROVIDER=docker", runtime.GOOS, runtime.GOARCH)
		}
		return "", nil
	},
	Find: func(ctx context.Context, r deploy.Request) ([]harness.Server, error) {
		cache, err := UserCache(r.Log)
		if err != nil {
			return nil, err
		}
		return cache.Find(ctx, r)
	},
	Machine: offers,
	Start: func(ctx context.Context, r deploy.Run) (deploy.Provider, isolate.Kind, error) {
		p, err := New(ctx, r.Isolation, r.Dir, r.Certs, r.Servers)
		return p, r.Isolation, err
	},
}

const name = "process"

// offers are what servers of this machine offer to claims: with namespaces their own
// trust store, and an object store of an old release. Components can run apart.
func offers() (has []harness.Feature) {
	has = append(has, harness.HasClusters, harness.SpecialFiles)
	if NoKafka() == nil {
		has = append(has, harness.HasKafka)
	}
	if os.Getenv("ISOLATION") != "none" {
		if kind, err := isolate.Probe(); err == nil && kind != isolate.None {
			has = append(has, harness.PrivateTrust, harness.OldStore)
		}
	}
	if os.Geteuid() != 0 {
		has = append(has, harness.NotPrivileged)
	}
	return has
}
