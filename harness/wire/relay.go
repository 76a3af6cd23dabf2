package wire

import (
	"bytes"
	"io"
	"net"
	"sync"

	"milvus-tls-e2e/harness"
)

type Relay struct {
	l  net.Listener
	o  Options
	mu sync.Mutex
	ts []*harness.Transcript
	wg sync.WaitGroup
	cs []net.Conn
}

func NewRelay(listen, to string, o Options) (*Relay, error) {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, err
	}
	r := &Relay{l: l, o: o}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			u, err := net.Dial("tcp", to)
			if err != nil {
				c.Close()
				continue
			}
			t := &harness.Transcript{Answered: harness.SpokeNothing, Canary: &harness.Canary{}}
			r.mu.Lock()
			r.ts = append(r.ts, t)
			r.cs = append(r.cs, c, u)
			r.mu.Unlock()
			cp := func(d, s net.Conn, server bool) {
				defer r.wg.Done()
				var acc []byte
				b := make([]byte, 32<<10)
				for {
					n, err := s.Read(b)
					if n > 0 {
						r.mu.Lock()
						acc = append(acc, b[:n]...)
						k := bytes.Count(acc, o.Canary)
						if server {
							t.Canary.ToClient = k
							t.ToClient += int64(n)
							if t.Answered == harness.SpokeNothing {
								t.Answered = harness.SpokeHTTP2
								if b[0] >= 20 && b[0] <= 23 && b[1] == 3 {
									t.Answered = harness.SpokeTLS
								}
							}
						} else {
							t.Canary.ToServer = k
							t.ToServer += int64(n)
						}
						r.mu.Unlock()
						d.Write(b[:n])
					}
					if err != nil {
						d.(*net.TCPConn).CloseWrite()
						return
					}
				}
			}
			r.wg.Add(2)
			go cp(u, c, false)
			go cp(c, u, true)
		}
	}()
	return r, nil
}
func (r *Relay) Addr() string { return r.l.Addr().String() }
func (r *Relay) Transcripts() (all []harness.Transcript) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range r.ts {
		c := *t
		k := *t.Canary
		c.Canary = &k
		all = append(all, c)
	}
	return all
}
func (r *Relay) Close() {
	r.l.Close()
	r.mu.Lock()
	for _, c := range r.cs {
		c.Close()
	}
	r.mu.Unlock()
	r.wg.Wait()
}

var _ = io.EOF
