package handshake

import "slices"

const noTLS = "RFC 8446, 5.1"

// http2 is the preface of HTTP/2 with empty settings.
const http2 = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"

// A call of gRPC in plaintext: the preface, and headers without Huffman coding that ask for
// GetVersion, with an empty message.
var grpcCall = slices.Concat([]byte(http2), []byte{0, 0, 107, 1, 4, 0, 0, 0, 1, 0x83, 0x86},
	literal(0x04, "/milvus.proto.milvus.MilvusService/GetVersion"), literal(0x01, "localhost"),
	literal(0x0f, "application/grpc", 0x10), []byte{0x40, 2}, []byte("te"), []byte{8}, []byte("trailers"),
	[]byte("\x00\x00\x05\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00"))

// literal is a header field of HPACK whose name is in the static table.
func literal(name byte, value string, more ...byte) []byte {
	return slices.Concat([]byte{name}, more, []byte{byte(len(value))}, []byte(value))
}

// plaintext are messages of clients that do not know that a port speaks TLS.
var plaintext = []Probe{
	said("asks in HTTP/1.1 without TLS", "GET /v1/vector/collections HTTP/1.1\r\nHost: localhost\r\n\r\n"),
	said("posts in HTTP/1.1 without TLS", "POST /v2/vectordb/collections/list HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"),
	said("asks to upgrade to h2c without TLS", "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"),
	said("begins HTTP/2 without TLS", http2),
	said("calls gRPC without TLS", string(grpcCall)),
	said("sends the PROXY protocol first", "PROXY TCP4 127.0.0.1 127.0.0.1 1234 19530\r\n"),
	said("asks for STARTTLS", "EHLO localhost\r\nSTARTTLS\r\n"),
	said("sends zeros", string(make([]byte, 64))),
	said("sends bytes of no protocol", "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6"),
}

func said(name, text string) Probe {
	return Probe{Name: name, Clause: noTLS, Group: Plaintext, Mute: true, Steps: send(func(Peer) []byte { return []byte(text) })}
}
