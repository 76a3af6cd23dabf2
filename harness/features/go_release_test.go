package features

import (
	"testing"

	"milvus-tls-e2e/harness"
)

func TestBuiltWith(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		f    harness.Feature
		with string
		want bool
	}{
		{GoSince("1.23"), "1.23", true}, {GoSince("1.23"), "1.26.8", true}, {GoSince("1.23"), "1.22.12", false},
		{GoBefore("1.23"), "1.20.4", true}, {GoBefore("1.23"), "1.23.0", false},
		{GoBefore("1.24.11"), "1.24.9", true}, {GoSince("1.24.11"), "1.24.9", false},
		{GoSince("1"), "1.18.3", true}, {GoSince("1"), "", false}, {GoBefore("1.23"), "", false}, {harness.RESTv1, "1.26", false},
	} {
		if got := BuiltWith(tt.f, tt.with); got != tt.want {
			t.Errorf("%s of Go %q: %t", tt.f, tt.with, got)
		}
	}
	if !Known(GoSince("1.23")) || !Known(GoBefore("1.23")) {
		t.Error("nothing says what a server lacks")
	}
}
