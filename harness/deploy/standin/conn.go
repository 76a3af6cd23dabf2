package standin

import (
	"bufio"
	"fmt"
	"net"
	"sync"
	"time"
)

// The first bytes by which a port distinguishes kinds of clients.
const (
	handshakeRecord = 0x16   // first byte of a ClientHello's record
	alertRecord     = 0x15   // first byte of an alert's record before keys are agreed
	dataRecord      = 0x17   // first byte of every encrypted record in TLS 1.3
	http2           = "PRI " // start of HTTP/2's preface
)

// patience is how long a client may take to send its first bytes, or to finish its handshake.
const patience = 30 * time.Second

// An inlet is a listener that is fed by hand with connections sorted elsewhere.
type inlet struct {
	addr  net.Addr
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newInlet() *inlet {
	return &inlet{addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, conns: make(chan net.Conn), done: make(chan struct{})}
}

func (i *inlet) give(c net.Conn) {
	select {
	case i.conns <- c:
	case <-i.done:
		_ = c.Close()
	}
}

// Accept returns the next connection, and net.ErrClosed after Close.
func (i *inlet) Accept() (net.Conn, error) {
	select {
	case c := <-i.conns:
		return c, nil
	case <-i.done:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (i *inlet) Close() error {
	i.once.Do(func() { close(i.done) })
	return nil
}

// Addr has no meaning: connections come from several ports.
func (i *inlet) Addr() net.Addr { return i.addr }

// A peekedConn still returns its first bytes after they were inspected.
type peekedConn struct {
	net.Conn
	head *bufio.Reader
}

func (c *peekedConn) Read(b []byte) (int, error) { return c.head.Read(b) }

// peek returns the first n bytes, waiting no longer than patience.
func peek(c net.Conn, n int) (*peekedConn, []byte, error) {
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return nil, nil, fmt.Errorf("peek: %w", err)
	}
	head := bufio.NewReader(c)
	first, err := head.Peek(n)
	if err != nil {
		return nil, nil, fmt.Errorf("peek: %w", err)
	}
	if err := c.SetReadDeadline(time.Time{}); err != nil {
		return nil, nil, fmt.Errorf("peek: %w", err)
	}
	return &peekedConn{Conn: c, head: head}, first, nil
}

// A quietConn lets no TLS alert out until the handshake is over. crypto/tls
// writes whole records.
type quietConn struct {
	net.Conn
	kept []byte // the alerts that were not let out
	over bool   // set by the goroutine that made the handshake, before anybody else writes
	read int    // bytes that came
}

func (c *quietConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.read += n
	return n, err
}

// In TLS 1.3 an alert of the handshake is a record of encrypted data, and by
// its length the only one: two bytes, the inner type and a tag of sixteen.
const alertLength = 2 + 1 + 16

func (c *quietConn) Write(b []byte) (int, error) {
	if c.over {
		return c.Conn.Write(b)
	}
	var let []byte
	for rest := b; len(rest) > 0; {
		n := len(rest)
		if n >= 5 && rest[0] >= 0x14 && rest[0] <= dataRecord {
			n = min(n, 5+int(rest[3])<<8+int(rest[4]))
			if rest[0] == alertRecord || rest[0] == dataRecord && n == 5+alertLength {
				c.kept = append(c.kept, rest[:n]...)
				rest = rest[n:]
				continue
			}
		}
		let = append(let, rest[:n]...)
		rest = rest[n:]
	}
	if len(let) > 0 {
		if _, err := c.Conn.Write(let); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}
