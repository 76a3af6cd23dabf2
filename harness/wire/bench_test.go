package wire_test

import (
	"crypto/rand"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"milvus-tls-e2e/harness/wire"
)

// plainRelay is what the relay is measured against: the same, and nothing but
// io.Copy both ways.
func plainRelay(b *testing.B, to string) string {
	return server(b, func(client net.Conn) {
		server, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		defer server.Close()
		var both sync.WaitGroup
		for _, c := range [][2]net.Conn{{client, server}, {server, client}} {
			both.Go(func() {
				_, _ = io.Copy(c[0], c[1])
				_ = c[0].(*net.TCPConn).CloseWrite()
			})
		}
		both.Wait()
	})
}

func recording(b *testing.B, to string) string {
	r, err := wire.NewRelay("127.0.0.1:0", to, wire.Options{Canary: []byte("canary-3f9a1c77e2d845b0")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(r.Close)
	return r.Addr()
}

// server returns the address of one that answers each connection so.
func server(b *testing.B, answer func(net.Conn)) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); answer(c) }()
		}
	}()
	return l.Addr().String()
}

// sink answers by one byte when it has read all.
func sink(c net.Conn) {
	buffer := make([]byte, 256<<10)
	for {
		if _, err := c.Read(buffer); err != nil {
			break
		}
	}
	_, _ = c.Write([]byte{1})
}

// echo answers by what it reads.
func echo(c net.Conn) {
	buffer := make([]byte, 1024)
	for {
		n, err := c.Read(buffer)
		if err != nil {
			return
		}
		if _, err := c.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// records is some TLS: records of application data as long as they come.
func records(n int) []byte {
	var all []byte
	for len(all) < n {
		record := make([]byte, 5+16<<10)
		_, _ = rand.Read(record)
		copy(record, []byte{23, 3, 3, 0x40, 0})
		all = append(all, record...)
	}
	return all
}

func throughput(b *testing.B, addr string, mass []byte, times int) time.Duration {
	begin := time.Now()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	for range times {
		if _, err := c.Write(mass); err != nil {
			b.Fatal(err)
		}
	}
	_ = c.(*net.TCPConn).CloseWrite()
	if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
		b.Fatal(err)
	}
	return time.Since(begin)
}

// BenchmarkRelayThroughput sends the same through both relays in turn.
func BenchmarkRelayThroughput(b *testing.B) {
	to, mass := server(b, sink), records(8<<20)
	ours, plain := recording(b, to), plainRelay(b, to)
	const times = 32
	throughput(b, ours, mass, 8)
	throughput(b, plain, mass, 8)
	var o, p time.Duration
	for b.Loop() {
		o += throughput(b, ours, mass, times)
		p += throughput(b, plain, mass, times)
	}
	sent := float64(len(mass)) * times * float64(b.N) / 1e9
	b.ReportMetric(sent/o.Seconds(), "GB/s")
	b.ReportMetric(sent/p.Seconds(), "plain-GB/s")
	b.ReportMetric(p.Seconds()/o.Seconds(), "ratio")
}

// BenchmarkRelayRoundTrip sends a request of 100 bytes and awaits its answer, in
// turn straight to the server, through the plain relay and through ours.
func BenchmarkRelayRoundTrip(b *testing.B) {
	to := server(b, echo)
	var conns []net.Conn
	for _, addr := range []string{to, plainRelay(b, to), recording(b, to)} {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		conns = append(conns, c)
	}
	request, answer := records(1)[:100], make([]byte, 100)
	took := make([]time.Duration, len(conns))
	for b.Loop() {
		for i, c := range conns {
			begin := time.Now()
			if _, err := c.Write(request); err != nil {
				b.Fatal(err)
			}
			if _, err := io.ReadFull(c, answer); err != nil {
				b.Fatal(err)
			}
			took[i] += time.Since(begin)
		}
	}
	µs := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(b.N) }
	b.ReportMetric(µs(took[2]-took[0]), "added-µs")
	b.ReportMetric(µs(took[1]-took[0]), "plain-added-µs")
	b.ReportMetric(µs(took[0]), "straight-µs")
	b.ReportMetric(took[2].Seconds()/took[1].Seconds(), "ratio-to-plain")
}
