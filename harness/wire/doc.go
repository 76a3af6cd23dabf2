// Package wire records what crosses a TCP hop: a Relay that clients are pointed
// at, and a Sniffer for hops whose address nobody can choose. Both feed one
// parser, which reads TLS records and handshakes, HTTP/2 and HTTP/1 in plaintext,
// and searches both directions for a canary.
//
// The canary is ASCII and is searched for in the raw bytes of the hop. gRPC
// without compression, protobuf strings and JSON carry it as it is. A compressed
// body (gRPC's or HTTP's gzip, zstd), base64, escapes that split it and HTTP/2
// header fields (HPACK's Huffman code) hide it, as does a protocol that sends it
// in pieces with framing between. So a canary that was not seen proves nothing by
// itself: the same hop without TLS must show it.
package wire
