package harness

import "fmt"

// ConfigChange is one deviation from what a topology configures: a defect of one of
// the server's files, one setting, or a page's own block.
type ConfigChange struct {
	File   File   // the file that is not as it should be
	Defect Defect // what is wrong with it
	Key    string // or: a configuration key, dotted
	Value  string // and what it is set to
	Layout Layout // how the server is deployed; zero for the provider's own way

	Config   string // and: settings that are merged over the configuration, as YAML
	Manifest string // or: the manifest that describes the whole server instead, by its name in fixtures/manifests
	Shipped  bool   // or: tls.* is left as the distribution has it
	Block    string // or: release lines of the page whose block replaces the topology's TLS settings
}

// Defect is what is wrong with a file, or how its path is written.
type Defect string

// The defects.
const (
	Missing    Defect = "missing"    // the configured path does not exist
	Unreadable Defect = "unreadable" // mode 0000
	Empty      Defect = "empty"      // zero bytes
	NotPEM     Defect = "not-pem"    // text that is no PEM
	Mismatched Defect = "mismatched" // a key of the same kind that is not the certificate's
	Relative   Defect = "relative"   // no defect: every path relative to the working directory
	Foreign    Defect = "foreign"    // of a CA that has signed nothing here
	Expired    Defect = "expired"    // a certificate that was valid until yesterday
	OnlyTLS12  Defect = "tls-1.2"    // of a server: it speaks nothing newer

	OtherKind Defect = "of another kind"         // a key in a certificate's place, or a certificate in a key's
	Encrypted Defect = "protected by a password" // a key whose password the server does not get
	Folder    Defect = "a folder"                // in the file's place
	Pipe      Defect = "a pipe"                  // in the file's place, into which nobody writes
	WithBOM   Defect = "with a byte order mark"

	// Forms in which nothing is wrong.
	WithCRLF    Defect = "with CRLF"
	WithText    Defect = "with text behind it" // after the certificate or the key
	Traditional Defect = "in its own form"     // a key as PKCS#1 or SEC 1 has it, and not as PKCS#8
	Link        Defect = "a symbolic link"
)

func (c ConfigChange) String() string {
	switch {
	case c.Shipped:
		return "tls.* left as the distribution has it"
	case c.Manifest != "":
		return "the manifest " + c.Manifest
	case c.Block != "":
		return "the block of the page for " + c.Block + " merged over the stock milvus.yaml"
	case c.Layout != "":
		return string(c.Layout)
	case c.Key != "":
		return fmt.Sprintf("%s: %s", c.Key, c.Value)
	case c.Defect == Relative:
		return "paths relative to the working directory"
	case c.File != "" && c.Config != "":
		return fmt.Sprintf("%s %s and %s", c.File, c.Defect, c.Config)
	case c.File != "":
		return fmt.Sprintf("%s %s", c.File, c.Defect)
	case c.Config != "":
		return c.Config
	}
	return "as configured"
}

// File is one of the files that a server is configured with.
type File string

// The files, by the names that the pages give them.
const (
	ServerCert File = "server.pem"
	ServerKey  File = "server.key"
	CACert     File = "ca.pem"
)

// The files with which a server goes to its backends as a TLS client, and the backends
// themselves, which may be what is not as it should be.
const (
	EtcdCert    File = "etcd-client.pem"
	EtcdKey     File = "etcd-client.key"
	EtcdCA      File = "etcd-ca.pem"
	StoreCA     File = "store-ca.pem"
	EtcdServer  File = "etcd"
	StoreServer File = "object store"
)

// The files of TLS between components.
const (
	InternalCert File = "internal.pem"
	InternalKey  File = "internal.key"
	InternalCA   File = "internal-ca.pem"
)

// Layout is a way of deploying a server that a page prints.
type Layout string

// The layouts. Both are a Compose file with the whole milvus.yaml mounted over
// the image's.
const (
	ComposeTLS  Layout = "Compose, certificates in tls"          // ./tls at /milvus/tls
	ComposeCert Layout = "Compose, certificates in configs-cert" // at configs/cert, named relative to /milvus
)

// Authority is a file of CAs that the owner of a deployment names, by its key in the
// target file.
type Authority string

// The files.
const (
	AuthorityTrust   Authority = "trust"     // of what clients trust, those that the server's chains lead to
	AuthorityClients Authority = "client_ca" // what issues client certificates
)
