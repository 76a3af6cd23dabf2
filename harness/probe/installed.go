package probe

import "milvus-tls-e2e/harness"

// Installed says how the clients are launched that scripts/clients.sh has
// installed, given the folder of each installation by its name.
func Installed(folders map[string]string) map[harness.ClientVersion]Launch {
	all := map[harness.ClientVersion]Launch{}
	for name, dir := range folders {
		speaker, known := Installations[name]
		if !known {
			continue
		}
		switch speaker.Client {
		case harness.Pymilvus:
			all[speaker] = pymilvus(dir)
		case harness.Node:
			all[speaker] = node(dir)
		case harness.Java:
			all[speaker] = java(dir)
		default:
		}
	}
	return all
}

// Installations gives the client that each installation is, by the names that
// scripts/clients.sh gives them.
var Installations = func() map[string]harness.ClientVersion {
	all := map[string]harness.ClientVersion{}
	for _, s := range harness.SDKs() {
		all[string(s.Installed())] = s
	}
	return all
}()
