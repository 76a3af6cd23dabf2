package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
)

// A Compose file with the folder of certificates mounted brings TLS up.
var _ = add(harness.Claim{
	ID: "compose-mounts",
	Statement: "A folder of certificates beside the Compose file, mounted into the container, with etcd and MinIO named in the environment, " +
		"brings up a server with TLS.",
	Finding:     "With the page's Compose mounts the server does not start, or serves without the mounted certificates.",
	Severity:    harness.SeverityMedium,
	Remediation: "Make the mounted key readable for the image's user, and compare the fingerprint that the port shows with your certificate's.",
	Sources:     []harness.Source{{Lines: "2.2-3.0", Section: filesSection}},
	Needs:       []harness.Feature{harness.Mode2, harness.Plainest, harness.HasCompose},
	Cases: []harness.Case{
		starting("tls at /milvus/tls", harness.ConfigChange{Layout: harness.ComposeTLS}, start.StartedTLS),
		starting("configs/cert, named relative to /milvus", harness.ConfigChange{Layout: harness.ComposeCert, Defect: harness.Relative}, start.StartedTLS),
	},
})
