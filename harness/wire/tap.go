package wire

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"milvus-tls-e2e/harness/connection"
)

// A Tap is a client's own end of a connection, of which it records what is said.
// Below a TLS client it sees what a relay would see, and stands in nobody's way.
type Tap struct {
	net.Conn
	talk *conversation
	hung sync.Once
}

// NewTap records a connection from the client's side.
func NewTap(c net.Conn, o Options) *Tap {
	now := time.Now()
	return &Tap{Conn: c, talk: converse(now, now, c.LocalAddr().String(), c.RemoteAddr().String(), newToken(o.Canary), o.events())}
}

// Transcript returns what was said so far.
func (t *Tap) Transcript() connection.Transcript { return t.talk.transcript() }

func (t *Tap) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	if n > 0 {
		t.talk.said(connection.FromServer, b[:n], time.Now())
	}
	var timeout net.Error
	switch {
	case err == nil, errors.Is(err, net.ErrClosed), errors.As(err, &timeout) && timeout.Timeout():
	case errors.Is(err, io.EOF):
		t.talk.end(connection.FromServer, connection.EndClosed, time.Now())
	default:
		t.talk.end(connection.FromServer, connection.EndReset, time.Now())
	}
	return n, err
}

// Write writes to the server. It is recorded first, so that no answer is before
// it; a ClientHello counts as delivered once it is written.
func (t *Tap) Write(b []byte) (int, error) {
	hello := t.talk.said(connection.FromClient, b, time.Now())
	n, err := t.Conn.Write(b)
	if hello && err == nil {
		t.talk.delivered()
	}
	return n, err
}

// CloseWrite says that no more comes from the client, and leaves it to read.
func (t *Tap) CloseWrite() error {
	half, can := t.Conn.(interface{ CloseWrite() error })
	if !can {
		return nil
	}
	t.talk.end(connection.FromClient, connection.EndClosed, time.Now())
	return half.CloseWrite()
}

// Close ends the connection.
func (t *Tap) Close() error {
	t.hung.Do(func() { t.talk.end(connection.FromClient, connection.EndClosed, time.Now()) })
	return t.Conn.Close()
}
