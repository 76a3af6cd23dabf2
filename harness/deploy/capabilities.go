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

// Get returns the implementation, or an error with the reason why there is none.
func (c Capability[T]) Get() (T, error) {
	switch {
	case c.can:
		return c.do, nil
	case c.whyNot == "":
		return c.do, errors.New("the provider cannot do this")
	}
	return c.do, errors.New(c.whyNot)
}

// ProviderCapabilities are the optional parts of a provider.
type ProviderCapabilities struct {
	// Attached marks deployments that already run: the provider starts and stops nothing, needs
	// no files of the run, and the deployments count as ready, so that defects are judged
	// instead of waited for.
	Attached bool
	// CopiesFiles marks deployments that get copies of their files: a running server does not
	// see that the originals are replaced.
	CopiesFiles bool
	// Shipped reads the certificates that a server is distributed with.
	Shipped Capability[func(context.Context, harness.Server) (Shipped, error)]
	// Redact takes the provider's own secrets out of a text; nil where it has none.
	Redact func(text []byte) []byte
}

// Capabilities are the optional parts of a deployment. The zero value has none.
type Capabilities struct {
	// Capture names the network interface, in the harness's own network namespace,
	// on which the server's components speak to each other.
	Capture Capability[string]
	// Succession lets another server take this one's place.
	Succession Capability[Succession]
	// Cluster is its components, where they run as processes of their own; the zero value
	// where one process is the whole server.
	Cluster Cluster
	// Channels is how the names of its channels in the message queue begin; empty where it
	// uses no queue of its own process.
	Channels string
	// MountView describes how the server's view of mounts differs from a pod's; empty where it
	// does not.
	MountView string
	// Ran returns how long the server has run, or had run when it exited, not counting the time
	// before its process started. Nil where that is not known.
	Ran func() time.Duration
	// Lost returns, once Exited is closed, an external reason for the server's end: its
	// container engine may be gone, or the disk full. It returns nil if the server exited by
	// itself, and is nil if no other end is possible.
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
