package deploy

import (
	"context"
	"time"

	"milvus-tls-e2e/harness"
)

// A CopiesFiles provider gives its deployments copies of their files: what becomes of
// those that they were deployed with, they see no more.
type CopiesFiles interface{ CopiesFiles() }

// An Upgradable is a deployment that another server can follow: one that can be
// stopped as an operator stops it, and whose data, files and addresses another
// release then takes over. A provider whose deployments are none cannot
// upgrade.
type Upgradable interface {
	Deployment
	// Shutdown asks the server to end (SIGTERM, docker stop), waits for the bound,
	// and then kills it. Everything that it keeps stays, and its log can still
	// be read. An error means that the server may still be there.
	Shutdown(ctx context.Context, bound time.Duration) (harness.Shutdown, error)
	// StartSuccessor starts a server on what a halted one left, at the same addresses.
	// It returns as Provider.Deploy does. The halted deployment still has to be
	// stopped, after the one that follows it.
	StartSuccessor(ctx context.Context, s Spec) (Deployment, error)
}
