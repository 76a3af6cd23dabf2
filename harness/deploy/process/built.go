package process

import (
	"debug/buildinfo"
	"strings"
)

// builtWith returns the Go release that a binary was built with, as it says itself; it is
// empty for one that does not say.
func builtWith(binary string) string {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return ""
	}
	release, _, _ := strings.Cut(strings.TrimPrefix(info.GoVersion, "go"), " ") // experiments follow
	return release
}
