// Package probe connects to a server, once, and reports what was observed: facts and no
// expectation. A refusal is an observation; an error means that nothing was observed. There is
// one file per client.
package probe

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/pki"
)

// A Target is an attempt with everything that it needs to be made.
type Target struct {
	Attempt harness.Attempt // resolved for its topology
	Addr    string          // host:port
	Cert    pki.Cert        // the client's certificate; zero for none
	Files   ClientFiles     // the same for clients that read files
	Good    ClientFiles     // those of a client without a defect, for FormSecond
	Trusted *x509.CertPool  // what the client trusts
	Ended   bool            // the server's certificate may have ended
	Ticket  *Ticket         // the session ticket of the raw client, taken and offered; nil for none
	Users   Credentials     // what the client logs in with; zero for none
	Release harness.Features
	Scratch string        // a collection name that no other attempt uses
	Bound   time.Duration // for the whole attempt
}

// ClientFiles are paths, for clients that read files. Cert and Key are empty for a client
// without a certificate.
type ClientFiles struct{ CA, Cert, Key string }

// Credentials are a user's name and password.
type Credentials struct{ User, Password string }

// A Probe makes one attempt and observes it.
type Probe interface {
	Observe(ctx context.Context, t Target) (connection.Observation, error)
}

// All gives the probe of each client that is part of this program or a binary of the machine.
var All = map[harness.Client]Probe{}

func declare(s harness.ClientSpec, p Probe) harness.Client { //nolint:unparam // a declaration stands at package level
	All[s.Client] = p
	return harness.RegisterClient(s)
}

// dial opens the TCP connection of an attempt. An operating system's refusal
// is an observation, of which it returns the end.
func (t Target) dial(ctx context.Context) (net.Conn, connection.End, error) {
	dialer := net.Dialer{Timeout: t.Bound}
	conn, err := dialer.DialContext(ctx, "tcp", t.Addr)
	if err == nil {
		if err := conn.SetDeadline(time.Now().Add(t.Bound)); err != nil {
			return nil, "", errors.Join(err, conn.Close())
		}
		return conn, "", nil
	}
	end, err := dialEnd(err)
	if err != nil {
		err = fmt.Errorf("dial %s: %w", t.Addr, err)
	}
	return nil, end, err
}

// dialEnd returns how dialling ended, or the error that is none of the server's.
// A listener that goes, with the process that has it, resets who was about to
// come in (seen of one client in six at a listener that opens and closes): that
// is a refusal too.
func dialEnd(err error) (connection.End, error) {
	switch end := ending(err); end {
	case connection.EndDialRefused, connection.EndTimeout:
		return end, nil
	case connection.EndReset:
		return connection.EndDialRefused, nil
	default:
		return "", err
	}
}

func ending(err error) connection.End {
	var timeout net.Error
	switch {
	case err == nil:
		return ""
	case alertOf(err) != nil:
		return connection.EndAlert
	case errors.Is(err, syscall.ECONNREFUSED):
		return connection.EndDialRefused
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return connection.EndReset
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return connection.EndClosed
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return connection.EndTimeout
	}
	return connection.EndClient
}
