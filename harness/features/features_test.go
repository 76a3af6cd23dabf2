package features

import "testing"

func TestEveryFeatureSaysWhatIsLacking(t *testing.T) {
	for f, why := range lacking {
		if why == "" || Lacks(f) != why || !Known(f) {
			t.Errorf("%s: %q", f, Lacks(f))
		}
	}
}
