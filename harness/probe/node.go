package probe

import (
	_ "embed"

	"milvus-tls-e2e/harness"
)

var _ = declareForeign(foreign{
	ClientSpec: harness.ClientSpec{
		Client: harness.Node, Place: 6, Releases: []harness.Release{"2.4", "3.0"},
		Lacks:   "the Node SDK is not installed here",
		Configs: []harness.ClientConfig{harness.ConfigNoName, harness.ConfigSecond},
	},
	launch:    node,
	wrongName: []string{"hostname/ip does not match certificate"},
	untrusted: []string{
		"unable to verify the first certificate", "unable to get local issuer certificate",
		"self-signed certificate in certificate chain", "self-signed certificate",
	},
})

//go:embed workers/node.js
var nodeWorker string

// node finds the SDK from the folder that it is started in.
func node(dir string) Launch {
	return Launch{Args: []string{"node", "-e", nodeWorker}, Dir: dir}
}
