package claims

import (
	"slices"

	"milvus-tls-e2e/harness"
)

// The documented MilvusClient connects in mode 1.
var _ = add(harness.Claim{
	ID:      "py-one-way",
	Says:    "In mode 1 pymilvus's MilvusClient connects with secure, server_pem_path and server_name, by an https:// and by an http:// URI.",
	Harm:    harness.HarmMedium,
	Advice:  "Give pymilvus an https:// URI, secure=True, server_pem_path and server_name.",
	Sources: []harness.Source{{Lines: "2.3-2.5", Section: sdkSection}},
	Needs:   []harness.Feature{harness.Mode1, harness.Plainest, harness.HasPymilvus},
	Cases: slices.Concat(
		pymilvuses("an https URI", harness.Attempt{As: harness.Nobody}),
		pymilvuses("an http URI", harness.Attempt{As: harness.Nobody, Form: harness.FormHTTPURI}),
		pymilvuses("trusting server.pem", harness.Attempt{As: harness.Nobody, Trusting: harness.TrustServer}),
	),
})

// pymilvuses makes an attempt one case of each pinned release of pymilvus,
// to be served.
func pymilvuses(name string, a harness.Attempt) []harness.Case {
	newest := a
	newest.Edition = harness.Current
	return []harness.Case{
		via(name, a, harness.Pymilvus, harness.GRPC, harness.Served),
		via(name+" (newest)", newest, harness.Pymilvus, harness.GRPC, harness.Served),
	}
}
