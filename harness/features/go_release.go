package features

import (
	"fmt"
	"go/version"
	"strings"

	"milvus-tls-e2e/harness"
)

// A server's own Go decides which certificates it reads and accepts. GoSince and GoBefore
// are features of a server whose Go release is known.

const (
	sinceGo  = "go-since-"
	beforeGo = "go-before-"
)

// GoSince is the feature of servers that are built with a Go release or a later one.
func GoSince(release string) harness.Feature { return harness.Feature(sinceGo + release) }

// GoBefore is the feature of servers that are built with an earlier one.
func GoBefore(release string) harness.Feature { return harness.Feature(beforeGo + release) }

// BuiltWith reports whether a server's Go release has such a feature. It is false of every
// other feature, and of a server whose Go is not known.
func BuiltWith(f harness.Feature, release string) bool {
	if release == "" {
		return false
	}
	if since, is := strings.CutPrefix(string(f), sinceGo); is {
		return version.Compare("go"+release, "go"+since) >= 0
	}
	before, is := strings.CutPrefix(string(f), beforeGo)
	return is && version.Compare("go"+release, "go"+before) < 0
}

// lacksGo returns the reason when a server's Go release lacks a feature, and "" for other
// features.
func lacksGo(f harness.Feature) string {
	if since, is := strings.CutPrefix(string(f), sinceGo); is {
		return fmt.Sprintf("needs a server that is known to be built with Go %s or later", since)
	}
	if before, is := strings.CutPrefix(string(f), beforeGo); is {
		return fmt.Sprintf("needs a server that is known to be built with a Go before %s", before)
	}
	return ""
}
