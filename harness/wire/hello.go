package wire

import (
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"milvus-tls-e2e/harness/connection"

	"golang.org/x/crypto/cryptobyte"
)

// What is shown of a list that a peer may make as long as it likes.
const (
	shownCiphers   = 3
	shownProtocols = 8
	shownText      = 100 // bytes of a name
)

// A hello is what is read of a ClientHello or a ServerHello.
type hello struct {
	versions  []uint16 // the legacy one where there is no extension
	random    []byte
	ciphers   []uint16
	name      string
	protocols []string
	group     uint16 // what a HelloRetryRequest asks for
	resumes   bool
}

// clientHello takes the facts from a ClientHello and gives it as a line; an empty
// one where it cannot be read.
func (s *stream) clientHello(body []byte) string {
	var h hello
	in := cryptobyte.String(body)
	var version uint16
	var session, ciphers, compression cryptobyte.String
	if !in.ReadUint16(&version) || !in.ReadBytes(&h.random, 32) || !in.ReadUint8LengthPrefixed(&session) ||
		!in.ReadUint16LengthPrefixed(&ciphers) || !in.ReadUint8LengthPrefixed(&compression) {
		return ""
	}
	for !ciphers.Empty() {
		var c uint16
		if !ciphers.ReadUint16(&c) {
			return ""
		}
		h.ciphers = append(h.ciphers, c)
	}
	if !h.extensions(in, s.from) {
		return ""
	}
	if len(h.versions) == 0 {
		h.versions = []uint16{version}
	}
	h.versions, h.ciphers = slices.DeleteFunc(h.versions, isGrease), slices.DeleteFunc(h.ciphers, isGrease)
	facts := &s.talk.facts
	facts.SNI, facts.Offered = plain(h.name), shown(h.protocols)
	return h.client()
}

// client returns a ClientHello as a line.
func (h *hello) client() string {
	line := "ClientHello TLS"
	for i, v := range h.versions[:min(shownProtocols, len(h.versions))] {
		line += strings.Repeat(",", min(i, 1)) + " " + connection.VersionName(v)
	}
	if h.name == "" {
		line += "; no SNI"
	} else {
		line += "; SNI " + plain(h.name)
	}
	if len(h.protocols) == 0 {
		line += "; no ALPN"
	} else {
		line += "; ALPN " + strings.Join(shown(h.protocols), ", ")
	}
	line += fmt.Sprintf("; %d ciphers", len(h.ciphers))
	for i, c := range h.ciphers[:min(shownCiphers, len(h.ciphers))] {
		line += []string{": ", ", "}[min(i, 1)] + tls.CipherSuiteName(c)
	}
	if len(h.ciphers) > shownCiphers {
		line += ", …"
	}
	if h.resumes {
		line += "; offers to resume a session"
	}
	return line
}

// helloRetry is the random of a ServerHello that is a HelloRetryRequest.
const helloRetry = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"

// serverHello is clientHello for what the server answers.
func (s *stream) serverHello(body []byte) string {
	var h hello
	in := cryptobyte.String(body)
	var version, cipher uint16
	var session cryptobyte.String
	if !in.ReadUint16(&version) || !in.ReadBytes(&h.random, 32) || !in.ReadUint8LengthPrefixed(&session) ||
		!in.ReadUint16(&cipher) || !in.Skip(1) || !h.extensions(in, s.from) {
		return ""
	}
	if len(h.versions) > 0 {
		version = h.versions[0]
	}
	facts := &s.talk.facts
	facts.Version, facts.Cipher = connection.VersionName(version), tls.CipherSuiteName(cipher)
	if hex.EncodeToString(h.random) == helloRetry {
		return "HelloRetryRequest TLS " + facts.Version + "; wants " + tls.CurveID(h.group).String()
	}
	line := "ServerHello TLS " + facts.Version + "; " + facts.Cipher
	if len(h.protocols) > 0 {
		facts.ALPN = plain(h.protocols[0])
		line += "; ALPN " + facts.ALPN
	}
	if h.resumes {
		line += "; resumes a session"
	}
	return line
}

// shown returns the first of a list of names that came from a peer.
func shown(names []string) []string {
	var few []string
	for _, n := range names[:min(shownProtocols, len(names))] {
		few = append(few, plain(n))
	}
	return few
}

// plain returns a text from a peer so that it can be printed.
func plain(text string) string {
	for _, r := range text {
		if r <= ' ' || r > '~' || r == '"' || len(text) > shownText {
			return strconv.QuoteToASCII(text[:min(shownText, len(text))])
		}
	}
	return text
}
