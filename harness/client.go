package harness

import "slices"

// Client is a way of connecting. The names are part of the interface.
type Client string

// The clients. Each is one file in harness/probe.
const (
	Raw  Client = "raw"  // the harness's own TLS client, which reads what was refused and why
	Go   Client = "go"   // Milvus client/v2
	REST Client = "rest" // net/http
	Curl Client = "curl" // the curl binary with the documented flags

	Pymilvus Client = "pymilvus" // the Python SDK
	Node     Client = "node"     // the Node SDK
	Java     Client = "java"     // the Java SDK
)

// Clients lists every client, in the order in which reports show them.
var Clients = []Client{Raw, Go, REST, Curl, Pymilvus, Node, Java}

// ClientConfig is how a client is given its settings. Clients that have no such form
// are given theirs as usual.
type ClientConfig string

// The forms. The zero value is the usual one: for pymilvus, MilvusClient with
// an https:// URI, and server_pem_path for a client without a certificate or
// client_pem_path, client_key_path and ca_pem_path for one with.
const (
	ConfigHTTPURI     ClientConfig = "http-uri"                       // MilvusClient with an http:// URI and secure=True
	ConfigConnections ClientConfig = "connections"                    // connections.connect with host and port
	ConfigBothFiles   ClientConfig = "server-pem-beside-client-files" // server_pem_path given together with the client's three files
	ConfigCAAlone     ClientConfig = "ca-pem-alone"                   // ca_pem_path and nothing else
	ConfigNoSecure    ClientConfig = "secure-left-out"                // an http:// URI and files, and no secure=True
	ConfigNoName      ClientConfig = "server-name-left-out"           // files, and no server_name
	ConfigSecond      ClientConfig = "after-a-good-client"            // a second client in a process where a good one is connected to the same address
)

// Needs gives what a client needs of the machine, or "".
func (c Client) Needs() Feature {
	return map[Client]Feature{Curl: HasCurl, Pymilvus: HasPymilvus, Node: HasNode, Java: HasJava}[c]
}

// DefaultPort is where a client that is to be compared with others connects.
func (c Client) DefaultPort() Port {
	if c == REST || c == Curl {
		return HTTP
	}
	return GRPC
}

// takers are the clients that can be called in a form other than their usual.
var takers = map[ClientConfig][]Client{
	ConfigHTTPURI:     {Pymilvus},
	ConfigConnections: {Pymilvus},
	ConfigNoSecure:    {Pymilvus},
	ConfigNoName:      {Pymilvus, Node, Java},
	ConfigBothFiles:   {Pymilvus, Java},
	ConfigCAAlone:     {Pymilvus, Java},
	ConfigSecond:      {Pymilvus, Node, Java},
}

// Takes tells whether a client can be called in a form.
func (c Client) Takes(f ClientConfig) bool { return slices.Contains(takers[f], c) }
