package deploy

import "testing"

func TestACapabilityIsThereOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		Capability[string]
		do, why string
	}{
		"there":              {Can("lo"), "lo", ""},
		"there, and empty":   {Can(""), "", ""},
		"not there":          {Cannot[string]("it runs elsewhere"), "", "it runs elsewhere"},
		"nobody says why":    {Cannot[string](""), "", "the provider cannot do this"},
		"nobody declares it": {Capability[string]{}, "", "the provider cannot do this"},
	} {
		do, err := tt.Get()
		switch {
		case tt.why == "" && (err != nil || do != tt.do):
			t.Errorf("%s: %q, %v, want %q", name, do, err, tt.do)
		case tt.why != "" && (err == nil || err.Error() != tt.why):
			t.Errorf("%s: it is missing because %v, want %q", name, err, tt.why)
		}
	}
}
