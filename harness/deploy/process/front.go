package process

import (
	"crypto/tls"
	"io"
	"net"
	"sync"

	"milvus-tls-e2e/harness/pki"
)

// A front serves TLS before an object store in plaintext, and speaks nothing newer
// than TLS 1.2: MinIO has no setting for that.
type front struct {
	net.Listener
	to   string
	open sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool // nil once closed
}

func newFront(cert pki.Cert, at, to string) (*front, error) {
	l, err := net.Listen("tcp", at)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{Certificates: []tls.Certificate{cert.TLS()}, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12}
	f := &front{Listener: tls.NewListener(l, config), to: to, conns: map[net.Conn]bool{}}
	f.open.Go(f.accept)
	return f, nil
}

func (f *front) accept() {
	for {
		client, err := f.Accept()
		if err != nil {
			return // closed
		}
		f.open.Go(func() { f.pass(client) })
	}
}

// pass carries one connection. A handshake that fails ends it, with an alert.
func (f *front) pass(client net.Conn) {
	defer f.drop(client)
	if !f.keep(client) || client.(*tls.Conn).Handshake() != nil {
		return
	}
	store, err := net.Dial("tcp", f.to)
	if err != nil {
		return
	}
	defer f.drop(store)
	if !f.keep(store) {
		return
	}
	f.open.Go(func() {
		_, _ = io.Copy(store, client) // ends when one side ends
		f.drop(store)
	})
	_, _ = io.Copy(client, store)
}

// keep remembers a connection, and reports false once the front is closed.
func (f *front) keep(c net.Conn) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.conns == nil {
		return false
	}
	f.conns[c] = true
	return true
}

func (f *front) drop(c net.Conn) {
	f.mu.Lock()
	delete(f.conns, c)
	f.mu.Unlock()
	_ = c.Close()
}

func (f *front) stop() error {
	err := f.Close()
	f.mu.Lock()
	conns := f.conns
	f.conns = nil
	f.mu.Unlock()
	for c := range conns {
		_ = c.Close() // what the other side makes of it is its own affair
	}
	f.open.Wait()
	return err
}
