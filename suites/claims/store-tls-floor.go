package claims

import (
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/requirements"
)

// The floor that is set for TLS to the object store is kept.
var _ = add(harness.Claim{
	ID: "store-tls-floor",
	Statement: "With minio.ssl.tlsMinVersion 1.3 the server does not use an object store that has TLS 1.2 at most, and its log says why. With 1.2 " +
		"it uses that one, and with 1.3 one that has TLS 1.3.",
	Finding:      "minio.ssl.tlsMinVersion does not decide with which TLS versions the server reaches its object store.",
	Severity:     harness.SeverityMedium,
	Remediation:  "Set the lowest version in the object store, or in a TLS proxy before it.",
	Requirements: []harness.Requirement{requirements.NISTClientVersions, requirements.PCIVersions, requirements.BSIVersions},
	Needs:        append([]harness.Feature{harness.Plainest, harness.StoreFloor, harness.OldStore}, storeFeatures...),
	Cases: []harness.Case{
		{
			Name: "floor 1.3, and a store with TLS 1.2 at most", Want: start.Unready,
			Check: start.Check{Change: floor("1.3", true), Within: start.Bound + 2},
		},
		starting("floor 1.2, and a store with TLS 1.2 at most", floor("1.2", true), start.StartedPlain),
		starting("floor 1.3, and a store with TLS 1.3", floor("1.3", false), start.StartedPlain),
	},
})

// floor is the change of the floor, and of what the object store speaks.
func floor(version string, old bool) harness.ConfigChange {
	change := harness.ConfigChange{Config: "minio: {ssl: {tlsMinVersion: \"" + version + "\"}}"}
	if old {
		change.File, change.Defect = harness.StoreServer, harness.OnlyTLS12
	}
	return change
}
