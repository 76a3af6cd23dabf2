package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/requirements"
)

// An encrypted backend is encrypted.
var _ = add(harness.Claim{
	ID:           "backend-tls-only",
	Statement:    "A backend configured for TLS serves TLS clients only, and etcd serves only clients with a good certificate.",
	Finding:      "The backend serves clients without TLS, or etcd serves clients without a good certificate.",
	Severity:     harness.SeverityCritical,
	Remediation:  "Configure the backend itself, not only Milvus: --client-cert-auth for etcd, the certificate folder for MinIO.",
	Requirements: []harness.Requirement{requirements.PCITransit, requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.BackendTLS},
	Cases: slices.Concat(
		finding("etcd serves no TLS client with a good certificate.",
			via("TLS", harness.Attempt{}, harness.Raw, harness.Etcd, harness.Served, harness.EtcdTLS)),
		finding("etcd answers clients in plaintext.",
			via("plaintext", harness.Attempt{Transport: harness.TransportPlain}, harness.Raw, harness.Etcd, harness.RefusedPlaintext, harness.EtcdTLS)),
		finding("etcd serves TLS clients without a certificate.",
			via("without a certificate", harness.Attempt{Identity: harness.Nobody}, harness.Raw, harness.Etcd, harness.RefusedNoCertificate, harness.EtcdTLS)),
		finding("etcd serves TLS clients with a certificate of another CA.",
			via("with a certificate of another CA", harness.Attempt{Identity: "foreign-ca-other-subject"}, harness.Raw, harness.Etcd,
				harness.RefusedCertificate, harness.EtcdTLS)),
		finding("The object store serves no TLS client.",
			via("TLS", harness.Attempt{}, harness.Raw, harness.Store, harness.Served, storeFeatures...)),
		finding("The object store answers clients in plaintext.",
			via("plaintext", harness.Attempt{Transport: harness.TransportPlain}, harness.Raw, harness.Store, harness.RefusedPlaintext, storeFeatures...)),
	),
})

// storeFeatures are what a case about an encrypted object store needs.
var storeFeatures = []harness.Feature{harness.StoreTLS, harness.ObjectStore, harness.PrivateTrust}
