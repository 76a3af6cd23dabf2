package steps

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

var serverKey = regexp.MustCompile(`(?m)^[ \t]*(?:tls|internaltls|proxy|common|tlsMode|internaltlsEnabled|serverPemPath)[ \t]*:`)

// yaml classifies a YAML block, and reports whether it is one.
func (s *Step) yaml() bool {
	text, lang := s.Block.Text, s.Block.Lang
	var tree map[string]any
	err := yaml.Unmarshal([]byte(text), &tree)
	if lang != "yaml" && lang != "yml" && (lang != "" || err != nil || len(tree) == 0) {
		return false
	}
	has := func(key string) bool { _, ok := tree[key]; return ok }
	switch {
	case has("apiVersion") && has("kind"):
		s.manifest("Kubernetes resource", cluster)
	case has("extraConfigFiles"):
		s.manifest("values of a Helm chart", cluster)
	case has("services"):
		s.manifest("Compose file", containers)
	case strings.Contains(text, "container_name:") || slices.ContainsFunc(children(tree), func(c map[string]any) bool { return c["image"] != nil }):
		s.leave("part of a Compose file", containers)
	case serverKey.MatchString(text):
		s.Kind, s.What, s.Claim = Config, "server configuration", "config-block-takes-effect"
	default:
		s.leave("YAML", "it has no key of a server's that is about TLS")
	}
	return true
}

// manifest makes the step one that check-manifest reads, since what it is given to
// is not here.
func (s *Step) manifest(what, why string) {
	s.Kind, s.What, s.Why, s.Claim = Manifest, what, why, "page-manifest-sound"
}

func children(tree map[string]any) (all []map[string]any) {
	for _, v := range tree {
		if c, is := v.(map[string]any); is {
			all = append(all, c)
		}
	}
	return all
}

// Internal reports whether a configuration is about TLS between the server's
// own components, and nothing else.
func (s Step) Internal() bool {
	return s.Kind == Config && strings.Contains(s.Block.Text, "internaltls") && !external.MatchString(s.Block.Text)
}

var external = regexp.MustCompile(`(?m)^[ \t]*(?:tls|tlsMode)[ \t]*:`)

// Paths returns the paths of the files that a configuration names, as printed.
func (s Step) Paths() (paths []string) {
	for _, m := range filePath.FindAllStringSubmatch(s.Block.Text, -1) {
		if p := strings.Trim(m[1], `"'`); p != "" && !slices.Contains(paths, p) {
			paths = append(paths, p)
		}
	}
	return paths
}

var filePath = regexp.MustCompile(`(?m)^[ \t]*(?:serverPemPath|serverKeyPath|caPemPath)[ \t]*:[ \t]*(\S+)`)
