package claims

import "milvus-tls-e2e/harness"

// An encrypted backend is encrypted.
var _ = add(harness.Claim{
	ID:          "backend-tls-only",
	Statement:   "An encrypted backend serves TLS clients alone, and etcd only those that show a good certificate.",
	Severity:    harness.SeverityCritical,
	Remediation: "Configure the backend, not only Milvus: etcd's --client-cert-auth, MinIO's certificate folder.",
	Needs:       []harness.Feature{harness.BackendTLS},
	Cases: []harness.Case{
		via("TLS", harness.Attempt{}, harness.Raw, harness.Etcd, harness.Served, harness.EtcdTLS),
		via("plaintext", harness.Attempt{Over: harness.WirePlain}, harness.Raw, harness.Etcd, harness.RefusedPlaintext, harness.EtcdTLS),
		via("without a certificate", harness.Attempt{As: harness.Nobody}, harness.Raw, harness.Etcd, harness.RefusedNoCertificate, harness.EtcdTLS),
		via("with a certificate of another CA", harness.Attempt{As: "foreign-ca-other-subject"}, harness.Raw, harness.Etcd,
			harness.RefusedCertificate, harness.EtcdTLS),
		via("TLS", harness.Attempt{}, harness.Raw, harness.Store, harness.Served, storeFeatures...),
		via("plaintext", harness.Attempt{Over: harness.WirePlain}, harness.Raw, harness.Store, harness.RefusedPlaintext, storeFeatures...),
	},
})

// storeFeatures are what a case about an encrypted object store needs.
var storeFeatures = []harness.Feature{harness.StoreTLS, harness.ObjectStore, harness.PrivateTrust}
