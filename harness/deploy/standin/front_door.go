package standin

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"

	"milvus-tls-e2e/harness"
)

// A frontDoor is one open port: who is served there, and over what.
type frontDoor struct {
	port       harness.Port
	number     int
	grpc, rest bool // who is served
	secure     bool // TLS clients are served
	plain      bool // plaintext clients are served
	hangs      bool // a ClientHello is never answered
	silent     bool // nothing is ever answered
	shut       bool // whoever comes is sent away
	inner      bool // components are served, and no clients
	h2         bool // a TLS client has to agree on HTTP/2
	http2      bool // REST speaks HTTP/2 in addition to HTTP/1.1
	tls        *tls.Config

	places  int         // how many clients are served at once; 0 where there is no end of them
	endures func(error) // called with the error of a failed handshake; may be nil
	wrong   wrongs
}

// fewAtOnce is how many clients a door with places serves at once: more than
// honest ones come at a time.
const fewAtOnce = 40

func (s *server) greet(d *frontDoor, c net.Conn) {
	if d.shut {
		_ = c.Close()
		return
	}
	if d.silent {
		hold(c)
		return
	}
	secure := d.secure
	if d.hangs || d.secure && d.plain {
		peeked, first, err := peek(c, 1)
		if err != nil {
			_ = c.Close()
			return
		}
		c = peeked
		hello := first[0] == handshakeRecord
		if hello && d.hangs {
			hold(c)
			return
		}
		secure = secure && hello
	}
	if secure {
		s.shake(d, c)
		return
	}
	s.pass(d, c)
}

// shake makes the handshake. net/http repeats the error of a failed one, logs
// it and answers a client that speaks plain HTTP; gRPC's line is written here.
func (s *server) shake(d *frontDoor, c net.Conn) {
	ctx, cancel := context.WithTimeout(s.context, patience)
	defer cancel()
	if d.wrong.whole != nil {
		if c = d.wrong.whole(c); c == nil {
			return
		}
	}
	quiet := &quietConn{Conn: c, over: !s.quiet && d.endures == nil && !d.wrong.answers}
	secured := tls.Server(quiet, d.tls)
	err := secured.HandshakeContext(ctx)
	d.wrong.end(quiet, err)
	if err != nil && d.endures != nil {
		d.endures(err) // a server that panics has sent no alert
		_, _ = c.Write(quiet.kept)
	}
	switch {
	case err == nil && d.h2 && secured.ConnectionState().NegotiatedProtocol != "h2":
		_ = secured.Close()
	case err == nil:
		quiet.over = true
		c = secured
		if s.repeats {
			c = &leakingConn{Conn: secured, beside: quiet.Conn}
		}
		s.pass(d, c)
	case d.grpc:
		s.refused(c.RemoteAddr().String(), err)
		_ = c.Close()
	default:
		s.toREST.give(secured)
	}
}

// pass hands a client over to the server that it speaks to.
func (s *server) pass(d *frontDoor, c net.Conn) {
	to := s.toREST
	switch {
	case d.inner:
		to = s.toInner
	case d.grpc:
		to = s.toGRPC
	}
	if d.grpc && d.rest {
		peeked, first, err := peek(c, len(http2))
		if err != nil {
			_ = c.Close()
			return
		}
		c = peeked
		if string(first) != http2 {
			to = s.toREST
		}
	}
	to.give(c)
}

// A leakingConn repeats a canary that it reads over TLS in plaintext.
type leakingConn struct {
	net.Conn          // over TLS
	beside   net.Conn // the connection itself
}

// canary is how a canary begins, and canaryLength how long it is.
const (
	canary       = "canary"
	canaryLength = len(canary) + 16
)

func (p *leakingConn) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	if i := bytes.Index(b[:n], []byte(canary)); i >= 0 {
		_, _ = p.beside.Write(b[i:min(n, i+canaryLength)])
	}
	return n, err
}

// hold reads until the client leaves, and answers nothing.
func hold(c net.Conn) {
	_, _ = io.Copy(io.Discard, c) // ends with the client, or with the server
	_ = c.Close()
}
