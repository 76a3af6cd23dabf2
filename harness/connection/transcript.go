package connection

import (
	"fmt"
	"strconv"

	"milvus-tls-e2e/harness"
)

// A Transcript describes one connection as captured on the wire, in order: record types and
// sizes, and the names that TLS and HTTP show themselves. It holds no header and no body.
type Transcript struct {
	Client   string `json:"client"`             // where the connection came from, host:port
	Server   string `json:"server"`             // where it went
	Upstream string `json:"upstream,omitempty"` // a relay's own address towards the server, which the server's log names; empty for a capture

	Started float64 `json:"started"`           // seconds after the recording began
	Seconds float64 `json:"seconds"`           // how long the connection lasted, or has lasted so far
	Open    bool    `json:"open,omitempty"`    // more may come
	End     End     `json:"end,omitempty"`     // closed, reset, dial-refused or timeout: how it first began to end; empty before that
	Ended   Party   `json:"ended,omitempty"`   // who began it
	Partial bool    `json:"partial,omitempty"` // not all of it was seen: it began before the capture, or the capture missed some of it

	Kind      Protocol `json:"kind"`                  // what the client spoke
	Answered  Protocol `json:"answered"`              // what the server spoke
	Hello     bool     `json:"hello,omitempty"`       // a whole ClientHello was delivered to the server
	Encrypted bool     `json:"encrypted,omitempty"`   // both sides sent encrypted records; in TLS 1.3 one of them may be an alert
	Version   string   `json:"version,omitempty"`     // the TLS version that the server chose, such as "1.3"
	Cipher    string   `json:"cipher,omitempty"`      // the cipher suite that the server chose
	SNI       string   `json:"sni,omitempty"`         // the server name in the ClientHello
	Offered   []string `json:"offered,omitempty"`     // the protocols that the client offered by ALPN
	ALPN      string   `json:"alpn,omitempty"`        // the one that the server chose; TLS 1.3 hides it
	Peer      string   `json:"server_cert,omitempty"` // SHA-256 of the server's certificate, in hex; TLS 1.3 hides it
	ToServer  int64    `json:"to_server"`             // bytes from the client
	ToClient  int64    `json:"to_client"`             // bytes from the server
	Canary    *Canary  `json:"canary,omitempty"`      // what became of the canary; nil where none was searched for
	Events    []Event  `json:"events,omitempty"`      // the first and the last of what was seen
	More      int      `json:"more,omitempty"`        // events that are left out between those
	Folded    int      `json:"folded,omitempty"`      // connections past the recorder's bound, of which this one counts bytes and canaries only
}

// Canary is how often the searched token crossed a connection in the clear.
type Canary struct {
	ToServer int `json:"to_server"` // times from the client
	ToClient int `json:"to_client"` // times from the server
}

// Event is one thing that a connection showed.
type Event struct {
	From    Party   `json:"from"`
	Seconds float64 `json:"seconds"` // since the connection began
	What    string  `json:"what"`    // one short line in the field's terms
	Alert   *Alert  `json:"alert,omitempty"`
}

// Party is the sender of an event.
type Party string

// The parties.
const (
	FromClient   Party = "client"
	FromServer   Party = "server"
	FromRecorder Party = "recorder" // the relay or the capture itself
)

// Protocol is what one side of a connection spoke first.
type Protocol string

// The protocols.
const (
	SpokeNothing Protocol = "nothing"
	SpokeTLS     Protocol = "tls"
	SpokeHTTP2   Protocol = "http2" // in plaintext
	SpokeHTTP1   Protocol = "http1" // in plaintext
	SpokeUnknown Protocol = "unknown"
)

// CanarySeen returns how often the canary was seen in both directions together.
func (t *Transcript) CanarySeen() int {
	if t.Canary == nil {
		return 0
	}
	return t.Canary.ToServer + t.Canary.ToClient
}

// Lines returns the transcript to read, one line for each event.
func (t *Transcript) Lines() []string {
	head := t.Client + " to " + t.Server
	if t.Upstream != "" {
		head += " (there " + t.Upstream + ")"
	}
	head += fmt.Sprintf(": %d bytes to the server, %d to the client", t.ToServer, t.ToClient)
	if t.Canary != nil {
		head += ", canary seen " + strconv.Itoa(t.CanarySeen()) + "×"
	}
	lines := []string{head}
	for _, e := range t.Events {
		lines = append(lines, fmt.Sprintf("%.3f s %s: %s", e.Seconds, e.From, e.What))
	}
	return lines
}

// Transcribe adds the transcripts to a result's evidence.
func Transcribe(e *harness.Evidenced, all []Transcript) {
	for _, t := range all {
		e.Transcript = append(e.Transcript, t.Lines()...)
	}
}
