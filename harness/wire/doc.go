// Package wire records what crosses a TCP hop: with a Relay that clients connect to, or with a
// Sniffer for hops whose address cannot be chosen. Both feed one parser, which reads TLS records
// and handshakes, HTTP/2 and HTTP/1 in plaintext, and searches both directions for a canary.
//
// The canary is ASCII and is searched for in the raw bytes of the hop. gRPC without compression,
// protobuf strings and JSON carry it unchanged. Compressed bodies (gRPC's or HTTP's gzip, zstd),
// base64, escapes that split it, HTTP/2 header fields (HPACK's Huffman code), and protocols that
// send it in framed pieces hide it. So a canary that was not seen proves nothing by itself: the
// same hop without TLS must show it.
package wire
