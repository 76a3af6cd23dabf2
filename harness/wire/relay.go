package wire

import (
	"errors"

	"milvus-tls-e2e/harness"
)

// A Relay is a port on the loopback from which connections go on to a server.
type Relay struct{}

// NewRelay listens at listen ("127.0.0.1:0" for any port) and passes each
// connection on to the address to.
func NewRelay(listen, to string, o Options) (*Relay, error) { return nil, errors.ErrUnsupported }

// Addr gives the address that the relay listens at.
func (r *Relay) Addr() string { return "" }

// Transcripts gives what each connection said so far, the first one first.
func (r *Relay) Transcripts() []harness.Transcript { return nil }

// Close ends the relay and every connection through it, and waits for them.
func (r *Relay) Close() {}
