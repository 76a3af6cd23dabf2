package milvus

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
)

// securityKeys are the keys that have to do with encryption and with who may
// connect, by what they begin with. The rest of a configuration keeps servers
// apart on one machine and says nothing to whoever reads a report.
var securityKeys = []string{
	"common.security.", "tls.", "internaltls.", "proxy.http.", "etcd.ssl.", "minio.useSSL", "minio.ssl.",
}

// Settings returns what a topology configures about TLS, one "key: value" for
// each setting, in the order of keys. It comes from Config, so it is what a
// server is told; file names stand without their folders, and ports are the
// documented ones, since both differ from run to run.
func Settings(t harness.Topology) ([]string, error) {
	s := Setup{Topology: t, Change: t.Internal.Change(), Ports: make([]int, len(Roles))}
	for i, r := range Roles {
		s.Ports[i] = documentedPorts[r.Role]
	}
	text, err := Config(nil, s)
	if err != nil {
		return nil, fmt.Errorf("settings of %s: %w", t.Name, err)
	}
	tree := map[string]any{}
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return nil, fmt.Errorf("settings of %s: %w", t.Name, err)
	}
	lines := flat("", tree)
	lines = slices.DeleteFunc(lines, func(l string) bool {
		return !slices.ContainsFunc(securityKeys, func(key string) bool { return strings.HasPrefix(l, key) })
	})
	slices.Sort(lines)
	return lines, nil
}

// The ports that the pages give.
var documentedPorts = map[string]int{"grpc": 19530, "rest": 8080}

// flat returns a configuration's leaves under their dotted keys.
func flat(prefix string, tree map[string]any) []string {
	var lines []string
	for key, value := range tree {
		if child, ok := value.(map[string]any); ok {
			lines = append(lines, flat(prefix+key+".", child)...)
			continue
		}
		lines = append(lines, fmt.Sprintf("%s%s: %v", prefix, key, value))
	}
	return lines
}
