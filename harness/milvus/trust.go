package milvus

import "slices"

// SystemTrust is where the C++ storage client of 2.3.5 looks for CAs, whatever
// its environment says (seen: an object store with a private CA ends the server
// with curl's code 60 although SSL_CERT_FILE names the CA, and works once the
// CA is in this file). Its Go client goes by SSL_CERT_FILE.
const SystemTrust = "/etc/ssl/certs/ca-certificates.crt"

// TrustVariable is the variable that tells a Go program where its CAs are.
const TrustVariable = "SSL_CERT_FILE"

// OwnTrust reports whether the server needs a trust store of its own: its object
// store has a CA that no system knows.
func (s Setup) OwnTrust() bool { return s.Topology.StoreTLS && s.Storage.Object != "" }

// Trust returns the text of a trust store: what the system trusts, and one CA.
func Trust(system, ca []byte) []byte { return slices.Concat(system, []byte("\n"), ca) }
