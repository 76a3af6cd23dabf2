package deploy

import (
	"context"
	"time"

	"milvus-tls-e2e/harness"
)

// A Component is one process of a cluster.
type Component struct {
	Running
	Name       string // "proxy-2"
	Management string // the address of its management port
}

// A Cluster is a deployment whose components run as processes of their own. Its own log
// is theirs as one, and it has ended once one of them has.
type Cluster struct {
	Components []Component
	Ended      func() string // the component that ended first, by its name; empty while none has

	// Replace stops one component and starts another in its place, while the others run.
	Replace Capability[Replace]
}

// A Replace stops the component of a name as an operator does (SIGTERM, the bound,
// SIGKILL), or finds it ended, and starts the one that the spec describes in its place:
// at the same addresses, on what the old one left. It does not wait for that to be well.
// An error means that the component may be missing.
type Replace func(ctx context.Context, component string, s Spec, bound time.Duration) (harness.Shutdown, error)

// Component returns the one of a name, and reports false where there is none.
func (c Cluster) Component(name string) (Component, bool) {
	for _, one := range c.Components {
		if one.Name == name {
			return one, true
		}
	}
	return Component{}, false
}
