package probe

import _ "embed"

//go:embed workers/node.js
var nodeWorker string

// node finds the SDK from the folder that it is started in.
func node(dir string) Launch {
	return Launch{Args: []string{"node", "-e", nodeWorker}, Dir: dir}
}
