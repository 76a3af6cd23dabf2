package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/process"
)

// clientFeatures are what the installed clients offer to claims, and the
// installations that each takes.
var clientFeatures = map[harness.Feature][]string{
	harness.HasPymilvus: {"pymilvus", "pymilvus-current"},
	harness.HasNode:     {"node"},
	harness.HasJava:     {"java"},
}

// addClients adds to a plan's inputs the clients that scripts/clients.sh has
// installed, and why it has not installed the others.
func addClients(in *harness.Inputs, cache process.Cache) {
	in.Installed, in.Without = map[string]string{}, map[harness.Feature]string{}
	for feature, names := range clientFeatures {
		for _, name := range names {
			dir, why := installed(cache, name)
			if dir == "" {
				in.Without[feature] = why
				break
			}
			in.Installed[name] = dir
		}
		if in.Without[feature] == "" {
			in.Machine = append(in.Machine, feature)
		}
	}
	slices.Sort(in.Machine)
}

// installed gives the folder of a client that scripts/clients.sh has installed,
// or why there is none.
func installed(cache process.Cache, name string) (dir, why string) {
	if at, err := os.ReadFile(filepath.Join(cache.Dir, "clients", name+".at")); err == nil {
		if info, err := os.Stat(string(at)); err == nil && info.IsDir() {
			return string(at), ""
		}
	}
	if text, err := os.ReadFile(filepath.Join(cache.Dir, "clients", name+".why")); err == nil {
		return "", "there is no client " + name + " here: " + string(text)
	}
	return "", "the client " + name + " is not installed here"
}

// clientFindings are the doctor's on the clients in other languages.
func clientFindings() []finding {
	cache, err := process.UserCache(io.Discard)
	if err != nil {
		return nil // the finding about the cache says so
	}
	var all []finding
	for _, name := range []string{"pymilvus", "pymilvus-current", "node", "java"} {
		f := finding{name: name, ok: true}
		var why string
		if f.says, why = installed(cache, name); why != "" {
			f.ok, f.says = false, why+"; without it its cases do not apply, and make e2e installs it where it can"
		}
		all = append(all, f)
	}
	return all
}
