package deploy

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// Odd is how the one component of a cluster is configured that is configured otherwise
// than the rest.
type Odd struct {
	Component string
	Topology  harness.Topology
	Change    harness.ConfigChange
	Files     pki.ServerFiles
}

// Of returns what to deploy from the side of one component.
func (s Spec) Of(component string) Spec {
	if s.Odd.Component == component && component != "" {
		s.Topology, s.Change, s.Files = s.Odd.Topology, s.Odd.Change, s.Odd.Files
	}
	return s
}
