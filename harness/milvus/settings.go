package milvus

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
)

// securityKeys are prefixes of the keys about encryption and access. The other settings keep
// servers on one machine apart and are of no interest to readers of a report.
var securityKeys = []string{
	"common.security.", "tls.", "internaltls.", "proxy.http.", "etcd.ssl.", "minio.useSSL", "minio.ssl.",
}

// Settings returns a topology's TLS settings as "key: value", in the order of keys. They come
// from Config, so they are what a server gets; file names have no folders and ports are the
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
