// Package providers lists the providers that deploy servers.
package providers

import (
	"strings"

	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/docker"
	"milvus-tls-e2e/harness/deploy/process"
)

// All are the providers; where nobody asks for one, the first that can deploy what is
// asked for is taken. To add one is a line here, besides its package.
var All = []deploy.Registration{
	process.Registration,
	docker.Registration,
}

// Named returns the provider of a name, and reports false where there is none.
func Named(name string) (deploy.Registration, bool) {
	for _, p := range All {
		if p.Name == name {
			return p, true
		}
	}
	return deploy.Registration{}, false
}

// Names returns their names as a sentence lists them.
func Names() string {
	var all []string
	for _, p := range All {
		all = append(all, p.Name)
	}
	return strings.Join(all, " or ")
}
