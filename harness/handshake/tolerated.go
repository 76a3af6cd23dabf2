package handshake

import (
	"slices"
	"time"
)

// tolerated are what a server has to put up with.
var tolerated = slices.Concat(plain, []Probe{
	{Name: "splits its ClientHello over two records", Clause: "RFC 8446, 5.1", Group: Tolerated, Steps: inRecords(64)},
	{Name: "splits its ClientHello into records of one byte", Clause: "RFC 8446, 5.1", Group: Tolerated, Steps: inRecords(1)},
	{Name: "splits its ClientHello over segments", Clause: "RFC 8446, 5.1", Group: Tolerated, Steps: inSegments(40, 0)},
	{Name: "sends its ClientHello slowly", Clause: "RFC 8446, 5.1", Group: Tolerated, Steps: inSegments(40, 40*time.Millisecond)},
	{Name: "pads its ClientHello to 16384 bytes", Clause: "RFC 7685, 3", Group: Tolerated, Steps: padded(1<<14 - 4)},
	{Name: "pads its ClientHello to 40000 bytes", Clause: "RFC 8446, 4.2", Group: Optional, Steps: padded(40000)},
})

// plain are such ClientHellos in one record.
var plain = []Probe{
	{Name: "offers TLS 1.3", Offers: true, Clause: "RFC 8446, 9.2", Group: Tolerated, Steps: hello(only13, nil)},
	{Name: "offers TLS 1.2", Offers: true, Clause: "RFC 5246, 7.4.1.2", Group: Tolerated, Spoken: TLS12, Steps: hello(only12, nil)},
	{Name: "offers GREASE beside everything", Clause: "RFC 8701, 3.1", Group: Tolerated, Steps: hello(modern, grease)},
	{Name: "has a record of version 3.0", Clause: "RFC 8446, 5.1", Group: Tolerated, Steps: hello(modern, func(h *Hello) { h.Record = ssl30 })},
	{Name: "has a record of version 3.4", Clause: "RFC 8446, 5.1", Group: Tolerated, Steps: hello(modern, func(h *Hello) { h.Record = tls13 })},
	{Name: "offers a newer version than there is", Clause: "RFC 8446, D.3", Group: Tolerated, Steps: hello(modern, func(h *Hello) { h.Versions = []uint16{0x0305, tls13, tls12} })},
	{Name: "offers a newer version in the manner of TLS 1.2", Clause: "RFC 8446, 4.2.1", Group: Tolerated, Spoken: TLS12, Steps: hello(only12, func(h *Hello) { h.Legacy = 0x0399 })},
	{Name: "sends no session ID", Clause: "RFC 8446, 4.1.2", Group: Tolerated, Steps: hello(only13, func(h *Hello) { h.Session = nil })},
	{Name: "resumes a session that nobody knows", Clause: "RFC 8446, 4.2.11", Group: Tolerated, Steps: extra(only13, Extension{extPreSharedKey, preSharedKey})},
	{Name: "has no key for a group that both have", Clause: "RFC 8446, 4.1.4", Group: Tolerated,
		Steps: hello(only13, func(h *Hello) { h.Groups, h.Shares = []uint16{0x0a0a, groupX25519, groupP256}, []uint16{0x0a0a} })},
	{Name: "offers compression beside none in TLS 1.2", Clause: "RFC 5246, 7.4.1.2", Group: Tolerated, Spoken: TLS12, Steps: hello(only12, func(h *Hello) { h.Compression = []byte{1, 64, 0} })},
	{Name: "offers heartbeats", Clause: "RFC 6520, 2", Group: Tolerated, Steps: extra(modern, Extension{extHeartbeat, []byte{1}})},
	{Name: "renegotiates by the signal alone", Clause: "RFC 5746, 3.3", Group: Tolerated, Spoken: TLS12,
		Steps: hello(only12, func(h *Hello) { h.Extra, h.Suites = h.Extra[:1], append(slices.Clone(h.Suites), 0x00ff) })},
}

func grease(h *Hello) {
	h.Versions = append([]uint16{0x1a1a}, h.Versions...)
	h.Suites = append([]uint16{0x2a2a}, h.Suites...)
	h.Signatures = append([]uint16{0x3a3a}, h.Signatures...)
	h.Groups = append([]uint16{0x4a4a}, h.Groups...)
	h.ALPN = append([]string{"\x5a\x5a"}, h.ALPN...)
	h.Extra = append([]Extension{{0x6a6a, nil}, {0x7a7a, []byte{0}}}, h.Extra...)
}

func inRecords(n int) func(Peer) []Step {
	return send(func(p Peer) []byte { return split(modern(p).Message(), n) })
}

func inSegments(n int, pause time.Duration) func(Peer) []Step {
	return func(p Peer) (steps []Step) {
		for left := modern(p).Bytes(); len(left) > 0; {
			part := left[:min(n, len(left))]
			steps, left = append(steps, Step{Send: part, Pause: pause}), left[len(part):]
		}
		return steps
	}
}

func padded(length int) func(Peer) []Step {
	return send(func(p Peer) []byte {
		h := modern(p)
		h.Extra = append(h.Extra, Extension{extPadding, make([]byte, length-len(h.Message())-4)})
		return split(h.Message(), 1<<14)
	})
}

// closes are clients that go before their handshake is made.
var closes = []Probe{
	{Name: "leaves at once", Clause: "RFC 8446, 6.1", Group: Left, Steps: leaving(0, Close)},
	{Name: "leaves within the header of its first record", Clause: "RFC 8446, 6.1", Group: Left, Steps: leaving(3, Close)},
	{Name: "leaves within its ClientHello", Clause: "RFC 8446, 6.1", Group: Left, Steps: leaving(60, Close)},
	{Name: "resets within its ClientHello", Clause: "RFC 8446, 6.1", Group: Left, Steps: leaving(60, Reset)},
	{Name: "leaves behind its ClientHello", Clause: "RFC 8446, 6.1", Group: Left, Steps: leaving(-1, Close)},
	{Name: "resets behind its ClientHello", Clause: "RFC 8446, 6.1", Group: Left, Steps: leaving(-1, Reset)},
	{Name: "leaves behind the server's part of the handshake", Clause: "RFC 8446, 6.1", Group: Left, Steps: departing(nil, Close)},
	{Name: "resets behind the server's part of the handshake", Clause: "RFC 8446, 6.1", Group: Left, Steps: departing(nil, Reset)},
	{Name: "takes leave behind the server's part of the handshake", Clause: "RFC 8446, 6.1", Group: Left, Steps: departing(record(recordAlert, tls12, []byte{1, 0}), Close)},
	{Name: "refuses the server's part of the handshake", Clause: "RFC 8446, 6.2", Group: Left, Steps: departing(record(recordAlert, tls12, []byte{2, 42}), Close)},
}

// leaving is a script that ends behind the first bytes of a ClientHello; all where n is -1.
func leaving(n int, how Leave) func(Peer) []Step {
	return func(p Peer) []Step {
		hello := modern(p).Bytes()
		if n >= 0 {
			hello = hello[:n]
		}
		return []Step{{Send: hello, Leave: how}}
	}
}

// departing is one that ends behind the server's answer.
func departing(last []byte, how Leave) func(Peer) []Step {
	return func(p Peer) []Step {
		return []Step{{Send: modern(p).Bytes()}, {Await: true}, {Send: last, Leave: how}}
	}
}
