package manifest

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// helpers are programs around Milvus whose images have milvus in their names.
var helpers = []string{"backup", "cdc", "insight", "migration", "sizing", "attu", "birdwatcher", "operator", "monitor", "cli"}

// servers returns the services that run Milvus: by their command, or by their image where the
// command does not show it.
func (p *project) servers() (all []types.ServiceConfig) {
	for _, name := range slices.Sorted(maps.Keys(p.Services)) {
		if s := p.Services[name]; runsMilvus(s.Image, slices.Concat(s.Entrypoint, s.Command)) {
			all = append(all, s)
		}
	}
	return all
}

func runsMilvus(image string, command []string) bool {
	if role(command) != "" {
		return true
	}
	name, _ := base(image)
	is := name == "milvus" || strings.HasPrefix(name, "milvus-") || strings.HasSuffix(name, "-milvus")
	return is && !slices.ContainsFunc(helpers, func(h string) bool { return strings.Contains(name, h) })
}

func roleOf(s types.ServiceConfig) string { return role(slices.Concat(s.Entrypoint, s.Command)) }

// role returns the role argument of `milvus run`, or "".
func role(command []string) string {
	words := strings.Fields(strings.NewReplacer(`"`, " ", "'", " ", ";", " ", "&", " ").Replace(strings.Join(command, " ")))
	for i := 0; i+2 < len(words); i++ {
		if filepath.Base(words[i]) == "milvus" && words[i+1] == "run" {
			return words[i+2]
		}
	}
	return ""
}
