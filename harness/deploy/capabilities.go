package deploy

import (
	"context"
	"errors"
	"time"

	"milvus-tls-e2e/harness"
)

// A Capability is something that not every provider or deployment can do: what does
// it, or the reason why there is nothing that does. The zero value cannot do it.
type Capability[T any] struct {
	do     T
	can    bool
	whyNot string
}

// Can is a capability that is there.
func Can[T any](do T) Capability[T] { return Capability[T]{do: do, can: true} }

// Cannot is one that is missing, and why: the reason becomes that of the cases which
// need it, so it is a whole clause ("its components run on other machines").
func Cannot[T any](why string) Capability[T] { return Capability[T]{whyNot: why} }

// Get returns what does it, or an error that says why nothing does.
func (c Capability[T]) Get() (T, error) {
	switch {
	case c.can:
		return c.do, nil
	case c.whyNot == "":
		return c.do, errors.New("the provider cannot do this")
	}
	return c.do, errors.New(c.whyNot)
}

// ProviderCapabilities are what a provider can do besides starting servers.
type ProviderCapabilities struct {
	// Attached says that the deployments were there before: the provider starts and
	// stops nothing, needs no files of ours, and they are taken as ready, so that
	// what is wrong with them is judged and not waited for.
	Attached bool
	// CopiesFiles says that deployments have copies of their files: when the
	// originals are replaced, a running server does not see it.
	CopiesFiles bool
	// Shipped looks into what a server is distributed with.
	Shipped Capability[func(context.Context, harness.Server) (Shipped, error)]
	// Redact takes the provider's own secrets out of a text; nil where it has none.
	Redact func(text []byte) []byte
}

// Capabilities are what a deployment can do or tell besides serving. The zero value
// is a deployment that can do nothing more.
type Capabilities struct {
	// Capture names the network interface, in the harness's own network namespace,
	// on which the server's components speak to each other.
	Capture Capability[string]
	// Succession lets another server take this one's place.
	Succession Capability[Succession]
	// Cluster is its components, where they run as processes of their own; the zero value
	// where one process is the whole server.
	Cluster Cluster
	// MountView says how the server sees mounts otherwise than a pod does; empty
	// where it sees them as asked.
	MountView string
	// Ran tells for how long the server has run, or had run when it ended: less than
	// has passed since it was asked for. Nil where only that is known.
	Ran func() time.Duration
	// Lost tells, once Exited is closed, why the end is none of the server's doing:
	// the engine that ran it may have gone, or had no room left. It gives nil where
	// the server ended by itself, and is nil where no other end is possible.
	Lost func() error
}

// Succession stops a server as an operator does, and has another release take over
// its data, files and addresses.
type Succession struct {
	// Shutdown asks the server to end (SIGTERM, docker stop), waits for the bound,
	// and then kills it. Everything that it keeps stays, and its log can still be
	// read. An error means that the server may still be there.
	Shutdown func(ctx context.Context, bound time.Duration) (harness.Shutdown, error)
	// Start starts a server on what a stopped one left, at the same addresses. It
	// returns as Provider.Deploy does. The stopped deployment still needs Stop, after
	// the one that follows it.
	Start func(ctx context.Context, s Spec) (Deployment, error)
}
