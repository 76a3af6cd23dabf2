package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/plan"
)

// addClients adds to a plan's inputs the clients that scripts/clients.sh has
// installed, and why it has not installed the others.
func addClients(in *plan.Inputs, cache process.Cache) {
	in.Installed, in.Without = map[string]string{}, map[harness.Feature]string{}
	lacks := map[harness.Feature]string{}
	for _, sdk := range harness.SDKs() {
		name, client := string(sdk.Installed()), sdk.Client.Needs()
		dir, why := installed(cache, name)
		if dir == "" {
			in.Without[sdk.Installed()] = why
			lacks[client] = why
			continue
		}
		in.Installed[name] = dir
		in.Machine = append(in.Machine, sdk.Installed(), client)
	}
	slices.Sort(in.Machine)
	in.Machine = slices.Compact(in.Machine)
	for client, why := range lacks {
		if !slices.Contains(in.Machine, client) { // none of its releases
			in.Without[client] = why
		}
	}
}

// installed returns the folder of a client that scripts/clients.sh has installed,
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

func clientFindings() []finding {
	cache, err := process.UserCache(io.Discard)
	if err != nil {
		return nil // the finding about the cache reports it
	}
	var all []finding
	for _, sdk := range harness.SDKs() {
		f := finding{name: sdk.String(), ok: true}
		var why string
		if f.says, why = installed(cache, string(sdk.Installed())); why != "" {
			f.ok, f.says = false, why+"; without it its cases do not apply, and make e2e installs it where it can"
		}
		all = append(all, f)
	}
	return all
}
