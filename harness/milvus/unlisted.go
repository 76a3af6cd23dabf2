package milvus

import (
	"fmt"
	"slices"

	"milvus-tls-e2e/harness"
)

// Unlisted gives the features of a release that no version file describes: the
// nearest older one's, with REST v2 from 2.4 on (seen on 2.5.8 and 2.6.3), and
// without the promise that refusals are logged, which nobody has looked at. A
// log line that is there all the same is joined.
func Unlisted(version string, nearest []harness.Feature) []harness.Feature {
	features := slices.DeleteFunc(slices.Clone(nearest), func(f harness.Feature) bool {
		return f == harness.LogsGRPC || f == harness.LogsREST
	})
	var major, minor int
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
		return features
	}
	if (major > 2 || major == 2 && minor >= 4) && !slices.Contains(features, harness.RESTv2) {
		features = append(features, harness.RESTv2)
	}
	return features
}
