package harness

import "fmt"

// A Server is one identified Milvus server to be judged.
type Server struct {
	Version       string            `json:"version"`          // core version, such as "2.3.5"
	Line          string            `json:"line"`             // release line, such as "2.3"
	ServerVersion string            `json:"server_version"`   // what the server calls itself
	Digest        string            `json:"digest"`           // SHA-256 of its binary, or of its image
	Go            string            `json:"go,omitempty"`     // the Go release that its binary was built with, such as "1.20.4"; empty where it is not known
	Oracle        string            `json:"oracle,omitempty"` // the Go release that is asked which client chains its Go accepts, where one was fetched for that
	Provider      string            `json:"provider"`         // who deploys it
	Storage       string            `json:"storage"`          // "object" or "local"
	Boots         float64           `json:"boots_in"`         // seconds until it is ready; only for the order of a run
	Features      []Feature         `json:"features"`         // what the release has
	Claims        []string          `json:"claims"`           // claims whose Since the release satisfies
	Where         map[string]string `json:"where"`            // what the provider needs to find it
}

// Shutdown is how a server was stopped.
type Shutdown struct {
	Seconds float64 `json:"seconds"` // until it had ended
	Bound   float64 `json:"bound"`   // seconds between SIGTERM and SIGKILL
	Killed  bool    `json:"killed"`  // the bound was reached
	Status  int     `json:"status"`  // its exit status
}

func (h Shutdown) String() string {
	if h.Killed {
		return fmt.Sprintf("did not end within %.0f s of SIGTERM and was killed", h.Bound)
	}
	return fmt.Sprintf("ended %.1f s after SIGTERM", h.Seconds)
}

// A Cell is one release in one topology: one deployment.
type Cell struct {
	Version  string `json:"version"`
	Topology string `json:"topology"`
}

func (c Cell) String() string { return c.Version + " " + c.Topology }
