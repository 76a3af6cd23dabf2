package harness

import (
	"cmp"
	"fmt"
	"slices"
)

// Client is a way of connecting. The names are part of the interface.
type Client string

// The clients that cases name. Each is declared by its file in harness/probe.
const (
	Raw  Client = "raw"  // the harness's own TLS client, which reads what was refused and why
	Go   Client = "go"   // Milvus client/v2
	REST Client = "rest" // net/http
	Curl Client = "curl" // the curl binary with the documented flags

	Pymilvus Client = "pymilvus" // the Python SDK
	Node     Client = "node"     // the Node SDK
	Java     Client = "java"     // the Java SDK
)

// A ClientSpec declares a client: all its differences from others except how it is launched and
// its error texts, which are in its file in harness/probe.
type ClientSpec struct {
	Client   Client
	Place    int            // where reports show it: after those of a lower one
	Port     Port           // where it connects when it is compared with others; zero means GRPC
	Releases []Release      // of an SDK in another language: its pinned releases, oldest first
	Configs  []ClientConfig // its ClientConfigs in addition to the usual one
	Lacks    string         // the reason given on a machine without it; empty where it needs nothing
}

var (
	specs = map[Client]ClientSpec{}

	// Clients lists every client that is registered, in the order in which reports show them.
	Clients []Client
)

// RegisterClient declares a client. A file of harness/probe does that for each.
func RegisterClient(s ClientSpec) Client {
	if _, twice := specs[s.Client]; twice || s.Client == "" {
		panic(fmt.Sprintf("the client %q is registered twice", s.Client))
	}
	specs[s.Client] = s
	Clients = append(Clients, s.Client)
	slices.SortStableFunc(Clients, func(a, b Client) int { return cmp.Compare(specs[a].Place, specs[b].Place) })
	return s.Client
}

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

// Feature is that of a machine that has the client.
func (c Client) Feature() Feature { return Feature(c) }

// Needs returns what a client needs of the machine, or "".
func (c Client) Needs() Feature {
	if specs[c].Lacks == "" {
		return ""
	}
	return c.Feature()
}

// Lacks returns the reason given on a machine without the client; empty where it needs nothing.
func (c Client) Lacks() string { return specs[c].Lacks }

// DefaultPort is where a client that is to be compared with others connects.
func (c Client) DefaultPort() Port { return cmp.Or(specs[c].Port, GRPC) }

// Takes reports whether a client can be called in a form.
func (c Client) Takes(f ClientConfig) bool { return slices.Contains(specs[c].Configs, f) }
