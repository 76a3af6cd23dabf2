package deploy

import (
	"context"
	"io"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/pki"
)

// A Registration is everything that the rest of the project knows about a provider: its name,
// the releases it deploys, what it needs, and how a run starts it. With its line in
// harness/deploy/providers it is available as PROVIDER= in commands, CI and runs. Optional
// fields are marked.
type Registration struct {
	Name string // in PROVIDER=, and in results

	// Default is the reason why a run uses this provider when none is requested. The first of
	// the providers is the default.
	Default string
	// Asked gives the reason why the user's variables ask for this provider, such as
	// "MILVUS_BIN is a program of this machine", and "" where none does. May be left out.
	Asked func(Request) string
	// Check fails where a variable of the provider's own makes no sense. May be left out.
	Check func(Request) error

	// Deploys reports whether the provider can deploy a release. CI's jobs are those of the zero
	// Request.
	Deploys func(Request, versions.Release) bool
	// Common is what is true of exactly the releases that it deploys: "runs as a process".
	Common func(Request) string
	// Lacking returns why releases cannot be deployed: "PyPI has no server of Milvus 2.5.16".
	Lacking func(Request, []versions.Release) string
	// Usable returns what makes the provider work on this machine, which may be empty, or the
	// error that keeps it from working.
	Usable func(context.Context) (string, error)
	// Newest describes how the servers of a release would be obtained here ("are here", "can be
	// pulled"), without fetching anything. Optional.
	Newest func(context.Context, versions.Release) (string, error)

	// Find fetches and identifies the servers of a request. In an upgrade the one that
	// takes over is the last.
	Find func(context.Context, Request) ([]harness.Server, error)
	// Machine gives what this machine offers to claims with this provider. May be left out.
	Machine func() []harness.Feature

	// OwnNamespaces means that its servers do not run in the run's own namespaces.
	OwnNamespaces bool
	// Variables are those of the user's environment that the provider needs in a run;
	// a run has no others. May be left out.
	Variables []string
	// Start starts the provider for a run.
	Start func(context.Context, Run) (Provider, isolate.Kind, error)
	// Sweep removes what runs that were killed have left, and with the cache what the
	// provider keeps between runs. It gives what was removed. May be left out.
	Sweep func(ctx context.Context, cache bool) ([]string, error)
}

// A Request is what the user asks a provider to deploy.
type Request struct {
	Releases      []versions.Release
	Before, After *Program // of the user's: to upgrade from, and to judge; nil for none
	Upgrade       bool
	Clusters      bool                     // some servers are clusters
	Storage       string                   // "object" or "local"; empty for each release's own
	Variable      func(name string) string // of the user's environment; nil for an empty one
	Log           io.Writer                // for people who wait
}

// Getenv returns one of the user's variables.
func (r Request) Getenv(name string) string {
	if r.Variable == nil {
		return ""
	}
	return r.Variable(name)
}

// Programs returns the server programs that the user names.
func (r Request) Programs() (all []*Program) {
	for _, p := range []*Program{r.Before, r.After} {
		if p != nil {
			all = append(all, p)
		}
	}
	return all
}

// A Program is a server program that the user names, and its folders.
type Program struct {
	Variable          string // which names it
	Bin, Lib, Configs string
}

// A Run is what a provider is started for.
type Run struct {
	Isolation isolate.Kind // of this process
	Dir       string       // a folder of the run's own
	Certs     *pki.CertSet
	Servers   []harness.Server
}

// ShareStorage gives servers that follow each other one kind of storage: one that the
// first of them cannot use is none for the second.
func ShareStorage(servers []harness.Server) {
	kind := "object"
	for _, s := range servers {
		if s.Storage == "local" {
			kind = "local"
		}
	}
	for i := range servers {
		servers[i].Storage = kind
	}
}
