package handshake

import (
	"bytes"
	"crypto/tls"
	"encoding/hex"
	"slices"
	"strconv"

	"milvus-tls-e2e/harness/connection"

	"golang.org/x/crypto/cryptobyte"
)

// Seen is what a client saw of a probe: what came back on its last step, and how the
// connection ended.
type Seen struct {
	Local     string            `json:"local,omitempty"`     // the client's own address
	Seconds   float64           `json:"seconds"`             // in all
	Hello     bool              `json:"hello,omitempty"`     // the server sent ServerHello
	Version   string            `json:"version,omitempty"`   // that it chose, such as "1.2"
	Cipher    string            `json:"cipher,omitempty"`    // the suite that it chose
	Suites    []string          `json:"suites,omitempty"`    // of a sweep: every suite that it chose, one after the other
	Alert     *connection.Alert `json:"alert,omitempty"`     // the first alert
	Sealed    bool              `json:"sealed,omitempty"`    // an encrypted record came of the size that alerts alone have
	Heartbeat bool              `json:"heartbeat,omitempty"` // it answered a heartbeat
	HTTP      int               `json:"http,omitempty"`      // the status of an answer in plaintext
	HTTP2     bool              `json:"http2,omitempty"`     // it spoke HTTP/2 in plaintext
	Other     string            `json:"other,omitempty"`     // the first bytes of an answer of no known kind, in hex
	End       connection.End    `json:"end,omitempty"`       // how the connection ended, where the client did not leave
	Left      bool              `json:"left,omitempty"`      // the client left, as scripted
	Missed    bool              `json:"missed,omitempty"`    // the server had not answered a hello before the last step
}

// A Reader parses a server's reply, in pieces of any size.
type Reader struct {
	Seen    Seen
	whole   bool // the server's part of the handshake has come, as far as that can be seen
	unread  []byte
	message []byte
	strange bool // not TLS, and not parsed further
}

// Limits of what is examined of a reply that is not TLS, and kept of one that is.
const (
	lookedAt  = 64
	maxUnread = 1 << 17
	http2Head = "\x00\x00"
)

// sealedAlert is the length of an encrypted alert in TLS 1.3 with the usual tag.
const sealedAlert = 2 + 1 + 16

func (r *Reader) Read(b []byte) {
	if len(r.unread) < maxUnread {
		r.unread = append(r.unread, b...)
	}
	for !r.strange && len(r.unread) >= 5 {
		if kind := r.unread[0]; kind < recordChangeCipherSpec || kind > recordHeartbeat || r.unread[1] != 3 {
			r.strange = true
			break
		}
		n := 5 + int(r.unread[3])<<8 + int(r.unread[4])
		if len(r.unread) < n {
			return
		}
		r.record(r.unread[0], r.unread[5:n])
		r.unread = r.unread[n:]
	}
	if r.strange {
		r.plaintext()
	}
}

// Enough reports whether the reply so far decides the outcome of the last step.
func (r *Reader) Enough() bool {
	s := r.Seen
	return s.Hello || s.Alert != nil || s.Sealed || s.Heartbeat || s.HTTP != 0 || s.HTTP2
}

// Whole reports whether the server's part of the handshake has come.
func (r *Reader) Whole() bool { return r.whole }

// Next forgets what came before the client's next step, which a client misses that is not
// answered before it.
func (r *Reader) Next() { r.Seen.Hello, r.Seen.Missed = false, !r.whole }

func (r *Reader) record(kind byte, payload []byte) {
	switch kind {
	case recordAlert:
		if len(payload) == 2 && r.Seen.Alert == nil {
			r.Seen.Alert = connection.AlertOf(payload[1])
		}
	case recordHandshake:
		r.messages(payload)
	case recordData:
		r.Seen.Sealed = r.Seen.Sealed || len(payload) == sealedAlert
	case recordHeartbeat:
		r.Seen.Heartbeat = true
	}
}

// messages reads handshake messages, which do not heed where records end.
func (r *Reader) messages(b []byte) {
	const head, serverHello, helloDone = 4, 2, 14
	r.message = append(r.message, b...)
	for len(r.message) >= head {
		n := head + int(r.message[1])<<16 + int(r.message[2])<<8 + int(r.message[3])
		if len(r.message) < n {
			return
		}
		switch r.message[0] {
		case serverHello:
			r.hello(r.message[head:n])
		case helloDone:
			r.whole = true
		}
		r.message = r.message[n:]
	}
}

func (r *Reader) hello(body []byte) {
	in := cryptobyte.String(body)
	var version, suite, kind uint16
	var session, extensions, data cryptobyte.String
	if !in.ReadUint16(&version) || !in.Skip(32) || !in.ReadUint8LengthPrefixed(&session) || !in.ReadUint16(&suite) || !in.Skip(1) {
		return
	}
	r.Seen.Hello = true
	if in.ReadUint16LengthPrefixed(&extensions) {
		for extensions.ReadUint16(&kind) && extensions.ReadUint16LengthPrefixed(&data) {
			if kind == extSupportedVersions {
				data.ReadUint16(&version)
			}
		}
	}
	r.Seen.Version, r.Seen.Cipher = connection.VersionName(version), tls.CipherSuiteName(suite)
	r.whole = r.whole || version == tls13
}

func (r *Reader) plaintext() {
	const statusAt, status = len("HTTP/1.1 "), len("200")
	begun := r.unread[:min(lookedAt, len(r.unread))]
	r.Seen.Other = ""
	switch {
	case bytes.HasPrefix(begun, []byte("HTTP/1.")) && len(begun) >= statusAt+status:
		r.Seen.HTTP, _ = strconv.Atoi(string(begun[statusAt : statusAt+status]))
	case bytes.HasPrefix(begun, []byte(http2Head)) && len(begun) >= 9 && begun[3] == 4:
		r.Seen.HTTP2 = true
	default:
		r.Seen.Other = hex.EncodeToString(begun[:min(8, len(begun))])
	}
}

// Chosen returns the suites of a list that have a name.
func Chosen(name string, among []uint16) []uint16 {
	return slices.DeleteFunc(slices.Clone(among), func(s uint16) bool { return tls.CipherSuiteName(s) != name })
}
