package start

import (
	"cmp"
	"strings"

	"milvus-tls-e2e/harness"
)

// Facts is what starting a server came to.
type Facts struct {
	Exited  bool    `json:"exited"`  // the server exited
	Status  int     `json:"status"`  // its exit status; 128 plus the signal's number where a signal ended it
	Seconds float64 `json:"seconds"` // until it ended or was ready
	// The component of a cluster over which the start came to nothing.
	Component string `json:"component,omitempty"`

	Ready    bool   `json:"ready"`           // a control data call succeeded
	Cause    string `json:"cause,omitempty"` // the log line with the reason of its end
	LastLine string `json:"last,omitempty"`  // the last line that it had logged by then

	// The only logged reason is that something canceled its start.
	Canceled bool `json:"canceled,omitempty"`

	Says string `json:"rest_log_line,omitempty"` // a log line about REST

	TLSError string `json:"tls_error,omitempty"` // the log line about TLS of a server that neither ended nor became ready

	Survey []SurveyEntry `json:"survey,omitempty"` // what a started server served, way by way
	// TLS between its components, where that was observed.
	Components *Components `json:"components,omitempty"`

	View string `json:"view,omitempty"` // how the server saw the mounts of a manifest, where it did not see them as a pod does
}

// Why returns the best that is known of why a server did not come to serve.
func (b *Facts) Why() string {
	why := cmp.Or(b.Cause, b.TLSError, b.LastLine, "it said nothing")
	if b.Component != "" {
		return b.Component + ": " + why
	}
	return why
}

// SurveyEntry is one way of a survey and what came of it.
type SurveyEntry struct {
	Port       harness.Port      `json:"port"`
	Client     harness.Client    `json:"client"`
	Transport  harness.Transport `json:"transport"`
	Outcome    harness.Outcome   `json:"outcome"`
	ServerCert string            `json:"server_cert,omitempty"`
	HSTS       string            `json:"hsts,omitempty"`     // the Strict-Transport-Security header of the answer
	Identity   string            `json:"identity,omitempty"` // the client's identity where it is not the one that suits the topology
}

// Serves returns the wires over which a survey saw the client served at the port.
func (b *Facts) Serves(speaks harness.Client, at harness.Port) []harness.Transport {
	var wires []harness.Transport
	for _, s := range b.Survey {
		if s.Client == speaks && s.Port == at && s.Outcome == harness.Served {
			wires = append(wires, s.Transport)
		}
	}
	return wires
}

// ServedSummary describes which clients each port served, for reports.
func (b *Facts) ServedSummary() string {
	var parts []string
	for _, s := range b.Survey {
		if s.Outcome == harness.Served && s.Identity == "" {
			what := map[harness.Client]string{harness.Raw: "gRPC", harness.REST: "REST"}[s.Client]
			over := map[harness.Transport]string{harness.TransportTLS: "over TLS", harness.TransportPlain: "in plaintext"}[s.Transport]
			parts = append(parts, what+" "+over+" at "+string(s.Port))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	if b.View != "" {
		parts[len(parts)-1] += " (" + b.View + ")"
	}
	return strings.Join(parts, ", ")
}

func init() { harness.RegisterFacts(func() harness.Facts { return &Facts{} }) }

// Kind is "start".
func (b *Facts) Kind() string { return "start" }

// Control reports whether the server became ready.
func (b *Facts) Control() (bool, string) {
	if b.Ready {
		return true, "the control, in which nothing is wrong, became ready"
	}
	return false, "the control, in which nothing is wrong, did not become ready"
}

// Record adds the log line with the reason of the server's end.
func (b *Facts) Record(e *harness.Evidenced) { e.Log = b.Cause }

// Outcome is what the start came to.
func (b *Facts) Outcome() harness.Outcome {
	switch {
	case b.Exited:
		return NotStarted
	case !b.Ready:
		return NeverReady
	}
	wires := b.Serves(harness.Raw, harness.GRPC)
	if len(wires) == 0 {
		return StartedUnserving
	}
	for _, w := range wires {
		if w == harness.TransportPlain {
			return StartedPlain
		}
	}
	return StartedTLS
}
