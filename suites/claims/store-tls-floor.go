package claims

import "milvus-tls-e2e/harness"

// The floor that is set for TLS to the object store is kept.
var _ = add(harness.Claim{
	ID: "store-tls-floor",
	Statement: "A server with minio.ssl.tlsMinVersion 1.3 goes to no object store that speaks TLS 1.2 at most, and its log says why; " +
		"with 1.2 it does, and with 1.3 it goes to one that speaks 1.3.",
	Severity:    harness.SeverityMedium,
	Remediation: "Set the floor in the object store, or in a TLS proxy before it.",
	Needs:       append([]harness.Feature{harness.Plainest, harness.StoreFloor, harness.OldStore}, storeFeatures...),
	Cases: []harness.Case{
		{
			Name: "floor 1.3, and a store with TLS 1.2 at most", Want: harness.Unready,
			Look: harness.Start{Change: floor("1.3", true), Within: harness.StartBound + 2},
		},
		starting("floor 1.2, and a store with TLS 1.2 at most", floor("1.2", true), harness.StartedPlain),
		starting("floor 1.3, and a store with TLS 1.3", floor("1.3", false), harness.StartedPlain),
	},
})

// floor is the change of the floor, and of what the object store speaks.
func floor(version string, old bool) harness.Change {
	change := harness.Change{Config: "minio: {ssl: {tlsMinVersion: \"" + version + "\"}}"}
	if old {
		change.File, change.Defect = harness.StoreServer, harness.OnlyTLS12
	}
	return change
}
