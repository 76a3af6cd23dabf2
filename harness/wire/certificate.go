package wire

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"

	"golang.org/x/crypto/cryptobyte"

	"milvus-tls-e2e/harness/connection"
)

// certificate returns the first certificate of a chain as a line, as it is up to
// TLS 1.2: in TLS 1.3 it is encrypted.
func (s *stream) certificate(body []byte) string {
	in := cryptobyte.String(body)
	var chain, leaf cryptobyte.String
	if !in.ReadUint24LengthPrefixed(&chain) || !in.Empty() {
		return ""
	}
	if chain.Empty() {
		return "Certificate: none sent"
	}
	if !chain.ReadUint24LengthPrefixed(&leaf) {
		return ""
	}
	print := sha256.Sum256(leaf)
	if s.from == connection.FromServer {
		s.talk.facts.Peer = hex.EncodeToString(print[:])
	}
	name := "that cannot be read"
	if cert, err := x509.ParseCertificate(leaf); err == nil {
		name = "CN=" + plain(cert.Subject.CommonName)
	}
	return "Certificate " + name + "; SHA-256 " + hex.EncodeToString(print[:])
}
