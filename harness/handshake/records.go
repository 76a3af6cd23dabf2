package handshake

import "bytes"

const first = "RFC 8446, 5.1"

// records are first records that no handshake begins with.
var records = []Probe{
	{Name: "begins with application data", Clause: first, Group: Violation, Alerts: []int{alertUnexpectedMessage}, Steps: begin(recordData, []byte("GET / HTTP/1.1\r\n\r\n"))},
	{Name: "begins with a heartbeat", Clause: first, Group: Violation, Alerts: []int{alertUnexpectedMessage}, Steps: begin(recordHeartbeat, []byte{1, 0x40, 0})},
	{Name: "begins with ChangeCipherSpec", Clause: "RFC 8446, 5", Group: Violation, Alerts: []int{alertUnexpectedMessage}, Steps: begin(recordChangeCipherSpec, []byte{1})},
	{Name: "begins with a record of an unknown type", Clause: first, Group: Violation, Alerts: []int{alertUnexpectedMessage}, Steps: begin(99, []byte("what?"))},
	{Name: "begins with an empty handshake record", Clause: first, Group: Violation, Alerts: []int{alertUnexpectedMessage}, Steps: begin(recordHandshake, nil)},
	{Name: "begins with a fatal alert", Clause: "RFC 8446, 6.2", Group: Violation, Mute: true, Steps: begin(recordAlert, []byte{2, 40})},
	{Name: "begins with Finished", Clause: "RFC 8446, 4", Group: Violation, Alerts: []int{alertUnexpectedMessage}, Steps: begin(recordHandshake, append([]byte{20, 0, 0, 12}, make([]byte, 12)...))},
	{Name: "begins with a handshake message of an unknown type", Clause: "RFC 8446, 4", Group: Violation, Alerts: []int{alertUnexpectedMessage},
		Steps: begin(recordHandshake, []byte{99, 0, 0, 1, 0})},
	{Name: "announces a record of 65535 bytes", Clause: first, Group: Violation, Alerts: []int{alertRecordOverflow},
		Steps: send(func(Peer) []byte { return header(recordHandshake, tls10, 0xffff) })},
	{Name: "sends a record of 16385 bytes", Clause: first, Group: Violation, Alerts: []int{alertRecordOverflow}, Steps: send(func(p Peer) []byte {
		h := modern(p)
		h.Extra = append(h.Extra, Extension{extPadding, make([]byte, 1<<14+1-len(h.Message())-4)})
		return h.Bytes()
	})},
	{Name: "announces a ClientHello of 16777215 bytes", Clause: "RFC 8446, 4", Group: Violation, Steps: begin(recordHandshake, []byte{1, 0xff, 0xff, 0xff})},

	{Name: "stops within the header of its first record", Clause: first, Group: Unfinished, Steps: part(3)},
	{Name: "stops within its ClientHello", Clause: first, Group: Unfinished, Steps: part(60)},
	{Name: "stops before the second record of its ClientHello", Clause: first, Group: Unfinished,
		Steps: send(func(p Peer) []byte { return split(modern(p).Message(), 64)[:69] })},
}

func begin(kind byte, payload []byte) func(Peer) []Step {
	return send(func(Peer) []byte { return record(kind, tls10, payload) })
}

func part(n int) func(Peer) []Step {
	return send(func(p Peer) []byte { return modern(p).Bytes()[:n] })
}

// afterHello are messages after the server's flight.
var afterHello = []Probe{
	{Name: "asks for a heartbeat that says more than it holds", Clause: "RFC 6520, 4", Group: Violation, Spoken: TLS12, Alerts: []int{alertUnexpectedMessage},
		Steps: then(only12, record(recordHeartbeat, tls12, []byte{1, 0x40, 0}))},
	{Name: "asks for a heartbeat in TLS 1.3", Clause: "RFC 8446, 5.1", Group: Violation, Alerts: []int{alertUnexpectedMessage},
		Steps: then(only13, record(recordHeartbeat, tls12, []byte{1, 0x40, 0}))},
	{Name: "sends ChangeCipherSpec before its key", Clause: "RFC 5246, 7.1", Group: Violation, Spoken: TLS12, Alerts: []int{alertUnexpectedMessage},
		Steps: then(only12, record(recordChangeCipherSpec, tls12, []byte{1}))},
	{Name: "sends data before its key", Clause: "RFC 5246, 7.2.2", Group: Violation, Spoken: TLS12, Alerts: []int{alertUnexpectedMessage},
		Steps: then(only12, record(recordData, tls12, []byte("GET / HTTP/1.1\r\n\r\n")))},
	{Name: "sends a second ClientHello", Clause: "RFC 8446, 4.1.2", Group: Violation, Spoken: TLS12, Alerts: []int{alertUnexpectedMessage}, Steps: func(p Peer) []Step {
		return []Step{{Send: only12(p).Bytes()}, {Await: true}, {Send: record(recordHandshake, tls12, only12(p).Message())}}
	}},
	{Name: "sends Finished in plaintext", Clause: "RFC 8446, 5", Group: Violation, Alerts: []int{alertUnexpectedMessage},
		Steps: then(only13, record(recordHandshake, tls12, append([]byte{20, 0, 0, 32}, make([]byte, 32)...)))},
	{Name: "sends ChangeCipherSpec with another value", Clause: "RFC 8446, 5", Group: Violation, Alerts: []int{alertUnexpectedMessage},
		Steps: then(only13, record(recordChangeCipherSpec, tls12, []byte{2}))},
	{Name: "sends Finished under a key that is nobody's", Clause: "RFC 8446, 5.2", Group: Violation, Alerts: []int{20},
		Steps: then(only13, record(recordData, tls12, bytes.Repeat([]byte{8}, 53)))},
}

// then is a script that sends something after the server has answered a hello.
func then(base func(Peer) Hello, more []byte) func(Peer) []Step {
	return func(p Peer) []Step { return []Step{{Send: base(p).Bytes()}, {Await: true}, {Send: more}} }
}
