package handshake

import (
	"bytes"

	"golang.org/x/crypto/cryptobyte"
)

// The types of records, from RFC 8446 and RFC 6520.
const (
	recordChangeCipherSpec = 20
	recordAlert            = 21
	recordHandshake        = 22
	recordData             = 23
	recordHeartbeat        = 24
)

// The versions of TLS, and of SSL 3.0.
const (
	ssl30 = 0x0300
	tls10 = 0x0301
	tls11 = 0x0302
	tls12 = 0x0303
	tls13 = 0x0304
)

// The extensions that are written, from the registry of RFC 8447.
const (
	extServerName        = 0
	extGroups            = 10
	extPointFormats      = 11
	extSignatures        = 13
	extHeartbeat         = 15
	extALPN              = 16
	extPadding           = 21
	extExtendedMaster    = 23
	extPreSharedKey      = 41
	extEarlyData         = 42
	extSupportedVersions = 43
	extPSKModes          = 45
	extKeyShare          = 51
	extRenegotiation     = 0xff01
)

// The groups of keys.
const (
	groupP256   = 23
	groupX25519 = 29
)

// A Hello is a ClientHello, encoded exactly as its fields are, valid or not.
type Hello struct {
	Record      uint16 // the version in the record's header
	Legacy      uint16 // the version in the message
	Versions    []uint16
	Suites      []uint16
	Session     []byte
	Compression []byte
	Signatures  []uint16
	Groups      []uint16
	Shares      []uint16
	Name        string // empty for no server name
	ALPN        []string
	Extra       []Extension // after the others
	Bare        bool        // no extensions at all, as SSL 3.0 has it
}

// An Extension is one that is written as it is.
type Extension struct {
	Type uint16
	Data []byte
}

// Bytes returns the hello in one record.
func (h Hello) Bytes() []byte { return record(recordHandshake, h.Record, h.Message()) }

// Message returns the handshake message.
func (h Hello) Message() []byte {
	var b cryptobyte.Builder
	b.AddUint8(1)
	b.AddUint24LengthPrefixed(h.body)
	return b.BytesOrPanic()
}

func (h Hello) body(b *cryptobyte.Builder) {
	b.AddUint16(h.Legacy)
	b.AddBytes(bytes.Repeat([]byte{0x5a}, 32))
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(h.Session) })
	b.AddUint16LengthPrefixed(numbers(h.Suites))
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(h.Compression) })
	if h.Bare {
		return
	}
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		for _, e := range append(h.extensions(), h.Extra...) {
			b.AddUint16(e.Type)
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(e.Data) })
		}
	})
}

func (h Hello) extensions() (all []Extension) {
	add := func(kind uint16, data []byte) { all = append(all, Extension{kind, data}) }
	if h.Name != "" {
		add(extServerName, serverNames(h.Name))
	}
	if h.Groups != nil {
		add(extGroups, prefixed16(numbers(h.Groups)))
		add(extPointFormats, []byte{1, 0})
	}
	if h.Signatures != nil {
		add(extSignatures, prefixed16(numbers(h.Signatures)))
	}
	if h.ALPN != nil {
		add(extALPN, protocolList(h.ALPN...))
	}
	if h.Versions != nil {
		add(extSupportedVersions, versionList(h.Versions...))
	}
	if h.Shares != nil {
		add(extKeyShare, prefixed16(shares(h.Shares)))
	}
	return all
}

func numbers(all []uint16) cryptobyte.BuilderContinuation {
	return func(b *cryptobyte.Builder) {
		for _, n := range all {
			b.AddUint16(n)
		}
	}
}

func prefixed16(f cryptobyte.BuilderContinuation) []byte {
	var b cryptobyte.Builder
	b.AddUint16LengthPrefixed(f)
	return b.BytesOrPanic()
}

func serverNames(names ...string) []byte {
	return prefixed16(func(b *cryptobyte.Builder) {
		for _, n := range names {
			b.AddUint8(0)
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(n)) })
		}
	})
}

func protocolList(names ...string) []byte {
	return prefixed16(func(b *cryptobyte.Builder) {
		for _, n := range names {
			b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(n)) })
		}
	})
}

func versionList(all ...uint16) []byte {
	var b cryptobyte.Builder
	b.AddUint8LengthPrefixed(numbers(all))
	return b.BytesOrPanic()
}

// shares encodes a key share for each group. No handshake can be finished with the keys: any 32
// bytes are a point of x25519, and other groups get as many.
func shares(groups []uint16) cryptobyte.BuilderContinuation {
	return func(b *cryptobyte.Builder) {
		for _, g := range groups {
			b.AddUint16(g)
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(bytes.Repeat([]byte{9}, 32)) })
		}
	}
}

func record(kind byte, version uint16, payload []byte) []byte {
	return append(header(kind, version, len(payload)), payload...)
}

func header(kind byte, version uint16, length int) []byte {
	return []byte{kind, byte(version >> 8), byte(version), byte(length >> 8), byte(length)}
}

func split(message []byte, n int) (out []byte) {
	for len(message) > 0 {
		part := message[:min(n, len(message))]
		out, message = append(out, record(recordHandshake, tls10, part)...), message[len(part):]
	}
	return out
}

// What a client of our time offers. The signatures are those of ECDSA, RSA-PSS, RSA with
// PKCS#1 and Ed25519.
var (
	signatures = []uint16{0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0807}
	groups     = []uint16{groupX25519, groupP256}
	suites13   = []uint16{0x1301, 0x1302, 0x1303}
	suites12   = []uint16{0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8}
)

// modern is the ClientHello of a client for TLS 1.3 and, if versions contains it, 1.2.
func modern(p Peer) Hello {
	return Hello{
		Record: tls10, Legacy: tls12, Versions: []uint16{tls13, tls12}, Suites: append(suites13[:3:3], suites12...),
		Session: bytes.Repeat([]byte{7}, 32), Compression: []byte{0}, Signatures: signatures, Groups: groups, Shares: groups[:1],
		Name: p.Name, ALPN: []string{p.ALPN}, Extra: []Extension{{extPSKModes, []byte{1, 1}}},
	}
}

func only13(p Peer) Hello {
	h := modern(p)
	h.Versions, h.Suites = []uint16{tls13}, suites13
	return h
}

func only12(p Peer) Hello {
	return Hello{
		Record: tls10, Legacy: tls12, Suites: suites12, Compression: []byte{0}, Signatures: signatures, Groups: groups,
		Name: p.Name, ALPN: []string{p.ALPN}, Extra: []Extension{{extExtendedMaster, nil}, {extRenegotiation, []byte{0}}},
	}
}

// old is that of a client that speaks a version before TLS 1.2, with the suites of its time.
func old(version uint16) func(Peer) Hello {
	return func(p Peer) Hello {
		h := only12(p)
		h.Record, h.Legacy, h.Signatures, h.Bare = version, version, nil, version == ssl30
		h.Suites = []uint16{0xc013, 0xc009, 0xc014, 0xc00a, 0x002f, 0x0035, 0x000a, 0x0005, 0x0004}
		return h
	}
}
