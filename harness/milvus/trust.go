package milvus

import "slices"

// SystemTrust is the CA file of 2.3.5's C++ storage client, whatever its environment (seen: an
// object store with a private CA ends the server with curl's code 60 although SSL_CERT_FILE
// names the CA, and works once the CA is in this file). Its Go client uses SSL_CERT_FILE.
const SystemTrust = "/etc/ssl/certs/ca-certificates.crt"

// TrustVariable names the CA file of a Go program.
const TrustVariable = "SSL_CERT_FILE"

// OwnTrust reports whether the server needs a trust store of its own: its object
// store has a CA that no system knows.
func (s Setup) OwnTrust() bool { return s.Topology.StoreTLS && s.Storage.Object != "" }

// Trust returns the text of a trust store: what the system trusts, and one CA.
func Trust(system, ca []byte) []byte { return slices.Concat(system, []byte("\n"), ca) }
