package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/requirements"
)

// A server that cannot reach its backend over TLS logs the reason and exits.
var _ = add(harness.Claim{
	ID: "backend-bad-files-stop-start",
	Statement: "A server whose certificate, CA file or protocol an encrypted backend does not take ends within 10 s, " +
		"with a reason that names the file, what is in it, or its setting.",
	Finding:   "A server that cannot reach its etcd or object store over TLS does not end with a reason within 10 s.",
	FindingIf: map[harness.Outcome]string{start.NeverReady: "A server that cannot reach its etcd or object store over TLS keeps trying: it neither ends nor becomes ready, and only its log says why."},
	Severity:  harness.SeverityMedium,
	Remediation: "Alert on a server that does not become ready, and search its log for \"x509\" and \"tls\": nothing else shows that it will never be " +
		"ready.",
	Requirements: []harness.Requirement{requirements.ISOCryptography},
	Needs:        []harness.Feature{harness.BackendTLS, harness.Plainest},
	Cases: []harness.Case{
		stopping("no client certificate for etcd", harness.ConfigChange{File: harness.EtcdCert, Defect: harness.Missing}, harness.EtcdTLS),
		stopping("no client key for etcd", harness.ConfigChange{File: harness.EtcdKey, Defect: harness.Missing}, harness.EtcdTLS),
		stopping("no CA file for etcd", harness.ConfigChange{File: harness.EtcdCA, Defect: harness.Missing}, harness.EtcdTLS),
		stopping("another CA for etcd", harness.ConfigChange{File: harness.EtcdCA, Defect: harness.Foreign}, harness.EtcdTLS),
		stopping("etcd with TLS 1.2 below the floor of 1.3",
			harness.ConfigChange{File: harness.EtcdServer, Defect: harness.OnlyTLS12}, harness.EtcdTLS),
		stopping("plaintext to etcd", harness.ConfigChange{Key: "etcd.ssl.enabled", Value: "false"}, harness.EtcdTLS),
		stopping("another CA for the object store", harness.ConfigChange{File: harness.StoreCA, Defect: harness.Foreign}, storeFeatures...),
		stopping("plaintext to the object store", harness.ConfigChange{Key: "minio.useSSL", Value: "false"}, storeFeatures...),
	},
})

// stopping is one case: a server that should exit because of the change, and is not waited for
// longer than it may take.
func stopping(name string, change harness.ConfigChange, needs ...harness.Feature) harness.Case {
	return harness.Case{
		Name: name, Want: start.NotStarted, Needs: needs,
		Check: start.Check{Change: change, Within: start.Bound + 2},
	}
}
