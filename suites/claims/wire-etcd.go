package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// What Milvus keeps in etcd is not to be read on the way there.
var _ = add(harness.Claim{
	ID:           "wire-etcd",
	Statement:    "With TLS to etcd on, nothing that Milvus keeps there can be read on the wire.",
	Finding:      "With TLS to etcd on, data that Milvus keeps there crosses the network in plaintext.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Keep etcd on a network of its own until the release encrypts the whole connection.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.EtcdTLS},
	Cases:        []harness.Case{hidden("between Milvus and etcd", harness.Etcd)},
})
