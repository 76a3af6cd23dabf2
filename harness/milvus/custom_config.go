package milvus

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"milvus-tls-e2e/harness"
)

// CustomConfig is a configuration that is not the harness's own.
type CustomConfig struct {
	Config []byte            // merged over the stock milvus.yaml
	User   []byte            // user.yaml beside it
	Paths  map[string]string // folders named by the configuration that the server cannot reach there, and where they really are
}

// Merge puts one configuration over another: maps key by key, all else whole.
// It changes base.
func Merge(base, over map[string]any) {
	for key, value := range over {
		below, is := value.(map[string]any)
		mine, have := base[key].(map[string]any)
		if is && have {
			Merge(mine, below)
			continue
		}
		base[key] = value
	}
}

// Lookup returns the value of a dotted key.
func Lookup(tree map[string]any, key string) (any, bool) {
	head, rest, nested := strings.Cut(key, ".")
	value, ok := tree[head]
	if !nested {
		return value, ok
	}
	below, is := value.(map[string]any)
	if !is {
		return nil, false
	}
	return Lookup(below, rest)
}

// DefaultPort is gRPC's where proxy.port is not configured.
const DefaultPort = 19530

// UserConfig returns the text of user.yaml as the server finds it: what was
// given, with the ports and paths of this machine.
func UserConfig(s Setup) ([]byte, error) {
	tree, err := Parse("user.yaml", s.Given.User)
	if err != nil {
		return nil, err
	}
	s.adapt(tree)
	out, err := yaml.Marshal(tree)
	if err != nil {
		return nil, fmt.Errorf("write user.yaml: %w", err)
	}
	return out, nil
}

// Parse reads a configuration; what holds nothing is an empty one.
func Parse(name string, text []byte) (map[string]any, error) {
	tree := map[string]any{}
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if tree == nil {
		tree = map[string]any{}
	}
	return tree, nil
}

// CertificatePaths returns the paths at which a stock milvus.yaml names its
// server's certificates, which is where an image has those that it ships.
func CertificatePaths(stock []byte) (map[harness.File]string, error) {
	tree, err := Parse("stock milvus.yaml", stock)
	if err != nil {
		return nil, err
	}
	paths := map[harness.File]string{}
	for _, f := range []harness.File{harness.ServerCert, harness.ServerKey, harness.CACert} {
		value, _ := Lookup(tree, SettingFor(f))
		if path, is := value.(string); is && path != "" {
			paths[f] = path
		}
	}
	return paths, nil
}

// adapt replaces the ports that a given configuration names, as a container's
// published ports do, and the paths that the server cannot see. What it leaves
// out stays out.
func (s Setup) adapt(tree map[string]any) {
	if _, named := Lookup(tree, "proxy.http.port"); named {
		port := s.Port("rest")
		if SharesPort(tree) {
			port = s.Port("grpc")
		}
		set(tree, "proxy.http.port", port)
	}
	if _, named := Lookup(tree, "proxy.port"); named {
		set(tree, "proxy.port", s.Port("grpc"))
	}
	remap(tree, s.Given.Paths)
}

// SharesPort reports whether a configuration gives REST no port but gRPC's.
func SharesPort(tree map[string]any) bool {
	rest, named := Lookup(tree, "proxy.http.port")
	if !named || rest == nil || fmt.Sprint(rest) == "" {
		return true
	}
	grpc, named := Lookup(tree, "proxy.port")
	if !named {
		grpc = DefaultPort
	}
	return fmt.Sprint(rest) == fmt.Sprint(grpc)
}

// RESTShares reports whether REST has no port but gRPC's.
func (s Setup) RESTShares() bool {
	if s.Given == nil {
		return s.Topology.REST == harness.UnsetPort || s.Topology.REST == harness.EqualPort
	}
	for _, text := range [][]byte{s.Given.Config, s.Given.User} {
		if tree, err := Parse("", text); err == nil && !SharesPort(tree) {
			return false
		}
	}
	return true
}

func remap(tree map[string]any, paths map[string]string) {
	for key, value := range tree {
		switch value := value.(type) {
		case map[string]any:
			remap(value, paths)
		case string:
			for at, is := range paths {
				if rest, below := strings.CutPrefix(value, at); below && (rest == "" || rest[0] == '/') {
					tree[key] = is + rest
				}
			}
		}
	}
}
