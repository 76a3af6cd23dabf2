package handshake

import (
	"strings"
)

const sni = "RFC 6066, 3"

// names are what clients write where the server's name belongs.
var names = []Probe{
	{Name: "names no server", Clause: "RFC 8446, 9.2", Group: Tolerated, Steps: named("")},
	{Name: "names another server", Clause: sni, Group: Optional, Steps: named("wrong.example")},
	{Name: "names an address", Clause: sni, Group: Optional, Steps: named("127.0.0.1")},
	{Name: "names a server of 255 bytes", Clause: sni, Group: Optional, Steps: named(strings.Repeat(strings.Repeat("a", 61)+".", 4) + "example")},
	{Name: "names a server with a dot at its end", Clause: sni, Group: Optional, Steps: named("localhost.")},
	{Name: "names a server with a zero byte in it", Clause: sni, Group: Optional, Steps: named("localhost\x00.example")},
	{Name: "names a server without a name", Clause: sni, Group: Violation, Alerts: []int{alertDecodeError}, Steps: withNames("")},
	{Name: "names two servers", Clause: sni, Group: Violation, Steps: withNames("localhost", "wrong.example")},
}

func named(name string) func(Peer) []Step {
	return hello(modern, func(h *Hello) { h.Name = name })
}

func withNames(names ...string) func(Peer) []Step {
	return hello(modern, func(h *Hello) {
		h.Name, h.Extra = "", append(h.Extra, Extension{extServerName, serverNames(names...)})
	})
}

// protocols are what clients offer by ALPN, and what they offer to do early.
var protocols = []Probe{
	{Name: "offers a protocol that nobody speaks, alone", Clause: "RFC 7301, 3.2", Group: Optional, Alerts: []int{120}, Steps: offering("milvus-tls-e2e/0")},
	{Name: "offers HTTP/1.0 alone", Clause: "RFC 7301, 3.2", Group: Optional, Alerts: []int{120}, Steps: offering("http/1.0")},
	{Name: "offers no protocol", Clause: "RFC 7301, 3.1", Group: Tolerated, Steps: hello(modern, func(h *Hello) { h.ALPN = nil })},
	{Name: "offers its protocol behind unknown ones", Clause: "RFC 7301, 3.2", Group: Tolerated,
		Steps: hello(modern, func(h *Hello) { h.ALPN = []string{"\x0a\x0a", "spdy/1", h.ALPN[0]} })},
	{Name: "sends early data", Clause: "RFC 8446, 4.2.10", Group: Optional, Steps: func(p Peer) []Step {
		h := only13(p)
		h.Extra = append(h.Extra, Extension{extEarlyData, nil}, Extension{extPreSharedKey, preSharedKey})
		return []Step{{Send: append(h.Bytes(), record(recordData, tls12, make([]byte, 64))...)}}
	}},
}

func offering(protocol string) func(Peer) []Step {
	return hello(modern, func(h *Hello) { h.ALPN = []string{protocol} })
}
