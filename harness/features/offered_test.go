package features

import (
	"testing"

	"milvus-tls-e2e/harness"
)

func TestInternalFeatures(t *testing.T) {
	for _, tt := range []struct {
		topology harness.Topology
		has, not harness.Feature
	}{
		{harness.Topology{Internal: harness.InternalOn}, harness.InternalAlone, harness.Plainest},
		{harness.Topology{Internal: harness.InternalOn}, harness.Mode0, harness.InternalStuck},
		{harness.Topology{Mode: 2, Internal: harness.InternalOn}, harness.InternalBesideTLS, harness.InternalAlone},
		{harness.Topology{Mode: 2, Internal: harness.InternalOn}, harness.Mode2, harness.EveryClient},
		{harness.Topology{Internal: harness.InternalWrongSNI}, harness.BadInternalSNI, harness.Mode0},
		{harness.Topology{Internal: harness.InternalWrongCA}, harness.InternalStuck, harness.InternalTLS},
		{harness.Topology{Internal: harness.InternalEmptySNI}, harness.NoInternalSNI, harness.InternalStuck},
		{harness.Topology{Internal: harness.InternalNoCert}, harness.NoInternalCert, harness.InternalTLS},
		{harness.Topology{Attached: true}, harness.AttachedHere, harness.InternalTLS},
		{harness.Topology{Attached: true, Mode: 1, Internal: harness.InternalOn}, harness.InternalTLS, harness.Mode2},
		{harness.Topology{Attached: true, Mode: 2, Internal: harness.InternalOn}, harness.AttachedHere, harness.Mode1},
		{harness.Topology{Attached: true, Mode: 2, Internal: harness.InternalOn}, harness.Plainest, harness.InternalAlone},
	} {
		fs := harness.Features{}.With(Offered(tt.topology)...)
		if !fs[tt.has] || fs[tt.not] {
			t.Errorf("%+v offers %v", tt.topology, fs)
		}
	}
}
