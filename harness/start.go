package harness

import (
	"cmp"
	"fmt"
)

// A Start is one start of a server of its own, configured as the topology says
// but for one change. The zero Change is the start of the cell itself.
type Start struct {
	Change ConfigChange
	// Look at what the start did from the side of this port; zero means GRPC.
	Port Port
	// Within is after how many seconds a server that has neither ended nor become
	// ready is given up; zero means the run's bound.
	Within float64
	// Repaired starts the topology in which nothing is wrong (Topology.Instead),
	// to hold this one's own start against.
	Repaired bool
}

// ConfigChange is one deviation from what a topology configures: a defect of one of
// the server's files, one setting, or a page's own block.
type ConfigChange struct {
	File   File   // the file that is not as it should be
	Defect Defect // what is wrong with it
	Key    string // or: a configuration key, dotted
	Value  string // and what it is set to
	Layout Layout // how the server is deployed; zero for the provider's own way

	Config   string // besides: settings that are merged over the configuration, as YAML
	Manifest string // or: the manifest that describes the whole server instead, by its name in fixtures/manifests
	Shipped  bool   // or: tls.* is left as the distribution has it
	Block    string // or: release lines of the page whose block stands for what the topology says about TLS
}

// Defect is what is wrong with a file, or how its path is written.
type Defect string

// The defects.
const (
	Missing    Defect = "missing"    // the configured path does not exist
	Unreadable Defect = "unreadable" // mode 0000
	Empty      Defect = "empty"      // zero bytes
	NotPEM     Defect = "not-pem"    // text that is no PEM
	Mismatched Defect = "mismatched" // a key of the same kind that is not the certificate's
	Relative   Defect = "relative"   // no defect: every path relative to the working directory
	Foreign    Defect = "foreign"    // of a CA that has signed nothing here
	OnlyTLS12  Defect = "tls-1.2"    // of a server: it speaks nothing newer
)

// String names the change, for reports.
func (c ConfigChange) String() string {
	switch {
	case c.Shipped:
		return "tls.* left as the distribution has it"
	case c.Manifest != "":
		return "the manifest " + c.Manifest
	case c.Block != "":
		return "the block of the page for " + c.Block + " merged over the stock milvus.yaml"
	case c.Layout != "":
		return string(c.Layout)
	case c.Key != "":
		return fmt.Sprintf("%s: %s", c.Key, c.Value)
	case c.Defect == Relative:
		return "paths relative to the working directory"
	case c.File != "" && c.Config != "":
		return fmt.Sprintf("%s %s and %s", c.File, c.Defect, c.Config)
	case c.File != "":
		return fmt.Sprintf("%s %s", c.File, c.Defect)
	case c.Config != "":
		return c.Config
	}
	return "as configured"
}

// Resolve returns the start itself: it leaves nothing to the topology.
func (s Start) Resolve(Topology) Check {
	if s.Port == "" {
		s.Port = GRPC
	}
	return s
}

// EveryPort is the start itself, from whichever port it is looked at.
func (s Start) EveryPort() Start {
	s.Port = GRPC
	return s
}

// Subject gives the raw client, which sees what a start came to, and the port that the
// start is looked at from.
func (s Start) Subject() Subject {
	return Subject{Client: Raw, Port: cmp.Or(s.Port, GRPC), Identity: Good}
}

// String names the start, for reports.
func (s Start) String() string {
	if s.Repaired {
		return "a start in the topology in which nothing is wrong"
	}
	if s.Change == (ConfigChange{}) {
		return "a start as configured"
	}
	return "a start with " + s.Change.String()
}
