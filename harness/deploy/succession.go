package deploy

import (
	"context"
	"time"

	"milvus-tls-e2e/harness"
)

// A Sealed provider gives its deployments copies of their files: what becomes of
// those that they were deployed with, they see no more.
type Sealed interface{ Sealed() }

// An Heirloom is a deployment that another server can follow: one that can be
// stopped as an operator stops it, and whose data, files and addresses another
// release then takes over. A provider whose deployments are none cannot
// upgrade.
type Heirloom interface {
	Deployment
	// Halt asks the server to end (SIGTERM, docker stop), waits for the bound,
	// and then kills it. Everything that it keeps stays, and its log can still
	// be read. An error means that the server may still be there.
	Halt(ctx context.Context, bound time.Duration) (harness.Halt, error)
	// Succeed starts a server on what a halted one left, at the same addresses.
	// It returns as Provider.Deploy does. The halted deployment still has to be
	// stopped, after the one that follows it.
	Succeed(ctx context.Context, s Spec) (Deployment, error)
}
