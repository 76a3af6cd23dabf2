package harness

// Layout is a way of deploying a server that a page prints.
type Layout string

// The layouts. Both are a Compose file with the whole milvus.yaml mounted over
// the image's.
const (
	ComposeTLS  Layout = "Compose, certificates in tls"          // ./tls at /milvus/tls
	ComposeCert Layout = "Compose, certificates in configs-cert" // at configs/cert, named relative to /milvus
)
