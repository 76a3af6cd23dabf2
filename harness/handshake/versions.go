package handshake

import (
	"bytes"
	"slices"
)

const alertProtocolVersion = 70

// versions are what a client offers that must not be agreed to. SSL 2.0's ClientHello has
// another form.
var versions = []Probe{
	{Name: "offers SSL 2.0", Clause: "RFC 6176, 2", Group: Weak, Steps: send(func(Peer) []byte { return ssl2(0x0002) })},
	{Name: "offers SSL 3.0", Offers: true, Clause: "RFC 7568, 3", Group: Weak, Steps: hello(old(ssl30), nil)},
	{Name: "offers TLS 1.0", Offers: true, Clause: "RFC 8996, 4", Group: Weak, Steps: hello(old(tls10), nil)},
	{Name: "offers TLS 1.1", Offers: true, Clause: "RFC 8996, 5", Group: Weak, Steps: hello(old(tls11), nil)},
	{Name: "offers TLS 1.2 where 1.3 is the floor", Clause: "RFC 8446, 4.2.1", Group: Weak, Spoken: Not12, Steps: hello(only12, nil)},
	{Name: "offers TLS 1.1 behind TLS 1.3's extension", Clause: "RFC 8446, 4.2.1", Group: Weak, Steps: hello(modern, func(h *Hello) { h.Versions = []uint16{tls11, tls10} })},
	{Name: "falls back to TLS 1.2 and says so", Clause: "RFC 7507, 3", Group: Violation, Spoken: TLS12, Alerts: []int{86},
		Steps: hello(only12, func(h *Hello) { h.Suites = append(slices.Clone(h.Suites), 0x5600) })},
	{Name: "offers a version that does not exist, alone", Clause: "RFC 8446, 4.2.1", Group: Violation, Alerts: []int{alertProtocolVersion},
		Steps: hello(modern, func(h *Hello) { h.Versions = []uint16{0x0305} })},
	{Name: "offers GREASE versions alone", Clause: "RFC 8701, 3.1", Group: Violation, Alerts: []int{alertProtocolVersion},
		Steps: hello(modern, func(h *Hello) { h.Versions = []uint16{0x1a1a, 0xfafa} })},
	{Name: "sends TLS 1.2 in the form of SSL 2.0", Clause: "RFC 8446, D.5", Group: Violation, Mute: true, Steps: send(func(Peer) []byte { return ssl2(tls12) })},
}

// ssl2 returns a ClientHello in the form of SSL 2.0, which names the highest version.
func ssl2(version uint16) []byte {
	body := []byte{1, byte(version >> 8), byte(version), 0, 9, 0, 0, 0, 16, 1, 0, 128, 7, 0, 192, 0, 0, 47}
	body = append(body, bytes.Repeat([]byte{0x5a}, 16)...)
	return append([]byte{0x80, byte(len(body))}, body...)
}

// suites are sweeps of what TLS 1.2 has: each class of suites is offered alone.
var suites = []Probe{
	sweep("suites without encryption", "RFC 9325, 4.1", Weak, 0x0001, 0x0002, 0x003b, 0xc006, 0xc010),
	sweep("suites without authentication", "RFC 9325, 4.1", Weak, 0x0018, 0x001b, 0x0034, 0x003a, 0x006c, 0x00a6, 0xc016, 0xc017, 0xc018, 0xc019),
	sweep("export suites", "RFC 9325, 4.1", Weak, 0x0003, 0x0006, 0x0008, 0x000b, 0x000e, 0x0011, 0x0014, 0x0017, 0x0019),
	sweep("DES suites", "RFC 9325, 4.1", Weak, 0x0009, 0x000c, 0x000f, 0x0012, 0x0015),
	sweep("RC4 suites", "RFC 7465, 2", Weak, 0x0004, 0x0005, 0xc007, 0xc011),
	sweep("3DES suites", "RFC 9325, 4.1", Weak, 0x000a, 0x0016, 0xc008, 0xc012),
	sweep("suites with RSA key exchange", "RFC 9325, 4.1", Legacy, 0x002f, 0x0035, 0x003c, 0x003d, 0x009c, 0x009d),
	sweep("suites with CBC and ephemeral keys", "RFC 9325, 4.2", Legacy, 0xc009, 0xc00a, 0xc013, 0xc014, 0xc023, 0xc024, 0xc027, 0xc028),
	{Name: "offers TLS 1.3 with suites of TLS 1.2 alone", Clause: "RFC 8446, 4.1.1", Group: Violation, Alerts: []int{40, 71},
		Steps: hello(only13, func(h *Hello) { h.Suites = suites12 })},
	{Name: "offers suites that do not exist, alone", Clause: "RFC 8446, 4.1.1", Group: Violation, Alerts: []int{40, 71},
		Steps: hello(only13, func(h *Hello) { h.Suites = []uint16{0x0a0a, 0xfafa} })},
}

func sweep(name, clause string, group Group, all ...uint16) Probe {
	return Probe{Name: "offers " + name + " alone", Clause: clause, Group: group, Spoken: TLS12, Suites: all}
}

// Offer returns the steps of a sweep that still offers some of its suites.
func (p Probe) Offer(left []uint16) func(Peer) []Step {
	return hello(only12, func(h *Hello) { h.Suites = left })
}
