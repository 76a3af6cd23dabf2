package wire

import (
	"fmt"

	"milvus-tls-e2e/harness/connection"
)

// maxMessage is how long a handshake message may be that is read, in bytes. A
// ClientHello has under 2 kB, and a chain of certificates some.
const maxMessage = 1 << 16

// The types of handshake messages that are read, from RFC 8446.
const (
	clientHello = 1
	serverHello = 2
	certificate = 11
)

// Their names, and those of the ones that are only named.
var messageNames = map[byte]string{
	0: "HelloRequest", clientHello: "ClientHello", serverHello: "ServerHello", 4: "NewSessionTicket", 5: "EndOfEarlyData",
	8: "EncryptedExtensions", certificate: "Certificate", 12: "ServerKeyExchange", 13: "CertificateRequest",
	14: "ServerHelloDone", 15: "CertificateVerify", 16: "ClientKeyExchange", 20: "Finished", 22: "CertificateStatus", 24: "KeyUpdate",
}

// messages reads handshake messages, which do not heed where records end.
func (s *stream) messages(b []byte) {
	for len(b) > 0 {
		if s.unread > 0 {
			n := min(s.unread, len(b))
			if s.unread, b = s.unread-n, b[n:]; s.unread == 0 {
				s.messageOver()
			}
			continue
		}
		n := min(s.due()-len(s.message), len(b))
		s.message, b = append(s.message, b[:n]...), b[n:]
		switch length := s.due() - 4; {
		case len(s.message) == 4+length:
			s.messageOver()
		case len(s.message) == 4 && length > maxMessage:
			s.note(fmt.Sprintf("%s of %d bytes, more than the %d that are read", s.messageName(), length, maxMessage))
			s.unread = length
		case len(s.message) == 4 && !s.isRead():
			s.unread = length
		}
	}
}

// due is how long the message at hand is with its header, or the header while
// that is not whole.
func (s *stream) due() int {
	if len(s.message) < 4 {
		return 4
	}
	return 4 + int(s.message[1])<<16 + int(s.message[2])<<8 + int(s.message[3])
}

// isRead reports whether the message at hand is one that is read from this side.
func (s *stream) isRead() bool {
	switch s.message[0] {
	case clientHello:
		return s.from == connection.FromClient
	case serverHello:
		return s.from == connection.FromServer
	}
	return s.message[0] == certificate
}

func (s *stream) messageName() string {
	if name, known := messageNames[s.message[0]]; known {
		return name
	}
	return fmt.Sprintf("handshake message of type %d", s.message[0])
}

// messageOver notes a message that has come whole; it was read where there is
// more of it than its header.
func (s *stream) messageOver() {
	kind, body, length := s.message[0], s.message[4:], s.due()-4
	name, read := s.messageName(), s.isRead() && length <= maxMessage
	s.message = nil
	if kind == clientHello && s.from == connection.FromClient {
		s.hello = true
	}
	said := name
	switch {
	case !read && length > maxMessage:
		return // its header announced that
	case !read:
	case kind == clientHello:
		said = s.clientHello(body)
	case kind == serverHello:
		said = s.serverHello(body)
	case kind == certificate:
		said = s.certificate(body)
	}
	if said == "" {
		said = name + " that cannot be read"
	}
	s.note(said)
}
