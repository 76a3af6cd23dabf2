package handshake

import (
	"bytes"
	"slices"
)

const (
	alertUnexpectedMessage = 10
	alertRecordOverflow    = 22
	alertHandshakeFailure  = 40
	alertIllegalParameter  = 47
	alertDecodeError       = 50
	alertMissingExtension  = 109
)

const (
	syntax12 = "RFC 5246, 7.2.2"
	syntax13 = "RFC 8446, 6.2"
)

var malformed = slices.Concat(unreadable, []Probe{
	{Name: "sends an extension twice", Clause: "RFC 8446, 4.2", Group: Optional, Steps: extra(modern, Extension{extExtendedMaster, nil}, Extension{extExtendedMaster, nil})},
	{Name: "has an extension behind the pre-shared keys", Clause: "RFC 8446, 4.2.11", Group: Violation,
		Steps: extra(only13, Extension{extPreSharedKey, preSharedKey}, Extension{extPadding, []byte{0}})},
	{Name: "offers compression in TLS 1.3", Clause: "RFC 8446, 4.1.2", Group: Violation, Alerts: []int{alertIllegalParameter},
		Steps: hello(only13, func(h *Hello) { h.Compression = []byte{1, 0} })},
	{Name: "offers compression alone", Clause: "RFC 5246, 7.4.1.2", Group: Violation, Spoken: TLS12, Steps: hello(only12, func(h *Hello) { h.Compression = []byte{1} })},
	{Name: "offers no signatures in TLS 1.3", Clause: "RFC 8446, 9.2", Group: Violation, Alerts: []int{alertMissingExtension},
		Steps: hello(only13, func(h *Hello) { h.Signatures = nil })},
	{Name: "offers groups that do not exist, alone", Clause: "RFC 8446, 4.1.1", Group: Violation, Alerts: []int{alertHandshakeFailure, 71},
		Steps: hello(only13, func(h *Hello) { h.Groups, h.Shares = []uint16{0x0a0a}, []uint16{0x0a0a} })},
	{Name: "renegotiates in its first hello", Clause: "RFC 5746, 3.6", Group: Violation, Spoken: TLS12, Alerts: []int{alertHandshakeFailure},
		Steps: hello(only12, func(h *Hello) {
			h.Extra = []Extension{{extRenegotiation, append([]byte{12}, bytes.Repeat([]byte{1}, 12)...)}}
		})},
})

var unreadable = []Probe{
	{Name: "offers an empty list of versions", Clause: syntax13, Group: Violation, Alerts: []int{alertDecodeError}, Steps: hello(modern, func(h *Hello) { h.Versions = []uint16{} })},
	{Name: "has half a cipher suite", Clause: syntax13, Group: Violation, Alerts: []int{alertDecodeError}, Steps: spoilt(func(m []byte) []byte { m[40+32]--; return m })},
	{Name: "has bytes behind its extensions", Clause: syntax13, Group: Violation, Alerts: []int{alertDecodeError},
		Steps: spoilt(func(m []byte) []byte { return relength(append(m, 0, 0, 0)) })},
	{Name: "has an extension that ends behind the message", Clause: syntax13, Group: Violation, Alerts: []int{alertDecodeError}, Steps: spoilt(func(m []byte) []byte { m[len(m)-3]++; return m })},
	{Name: "sends a ClientHello that ends within its extensions", Clause: syntax13, Group: Violation, Alerts: []int{alertDecodeError}, Steps: spoilt(func(m []byte) []byte { return relength(m[:len(m)-9]) })},
	{Name: "sends a ClientHello that ends within its random", Clause: syntax13, Group: Violation, Alerts: []int{alertDecodeError}, Steps: spoilt(func(m []byte) []byte { return relength(m[:20]) })},
	{Name: "sends an empty ClientHello", Clause: syntax13, Group: Violation, Alerts: []int{alertDecodeError}, Steps: spoilt(func(m []byte) []byte { return relength(m[:4]) })},
	{Name: "has an empty list of protocols", Clause: "RFC 7301, 3.1", Group: Violation, Alerts: []int{alertDecodeError}, Steps: hello(modern, func(h *Hello) { h.ALPN = []string{} })},
	{Name: "offers a protocol without a name", Clause: "RFC 7301, 3.1", Group: Violation, Alerts: []int{alertDecodeError}, Steps: hello(modern, func(h *Hello) { h.ALPN = []string{h.ALPN[0], ""} })},
	{Name: "has groups of an odd length", Clause: syntax12, Group: Violation, Alerts: []int{alertDecodeError},
		Steps: hello(modern, func(h *Hello) {
			h.Groups = nil
			h.Extra = append(h.Extra, Extension{extGroups, []byte{0, 3, 0, 29, 0}})
		})},
}

// preSharedKey offers one key that no server has given anybody.
var preSharedKey = slices.Concat(
	[]byte{0, 38, 0, 32}, bytes.Repeat([]byte{3}, 32), []byte{0, 0, 0, 0},
	[]byte{0, 33, 32}, bytes.Repeat([]byte{4}, 32))

func extra(base func(Peer) Hello, more ...Extension) func(Peer) []Step {
	return hello(base, func(h *Hello) { h.Extra = append(slices.Clone(h.Extra), more...) })
}

func spoilt(change func(message []byte) []byte) func(Peer) []Step {
	return send(func(p Peer) []byte { return record(recordHandshake, tls10, change(modern(p).Message())) })
}

func relength(message []byte) []byte {
	n := len(message) - 4
	message[1], message[2], message[3] = byte(n>>16), byte(n>>8), byte(n)
	return message
}
