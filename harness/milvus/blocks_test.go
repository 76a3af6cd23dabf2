package milvus

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
)

const stockSecurity = "common:\n  security:\n    tlsMode: 0\n    authorizationEnabled: false\nproxy:\n  port: 1\n"

func TestABlockStandsForTheTopologysTLS(t *testing.T) {
	own := harness.Topology{Mode: 1, REST: harness.UnsetPort}
	tests := []struct {
		block, key string
		want       any // nil means that the key is not there
	}{
		{"2.5", "tlsMode", 1},
		{"2.5", "common.security.tlsMode", 0}, // the stock file's
		{"2.5", "proxy.http.port", 1001},
		{"2.5", "tls.serverPemPath", "/run/files/server.pem"},
		{"2.3-2.4", "common.security.tlsMode", 1},
		{"2.3-2.4", "tlsMode", nil},
		{"2.3-2.4", "proxy.http.port", nil}, // the topology's
		{"2.3-2.4", "tls.caPemPath", "/run/files/ca.pem"},
		{"2.2", "common.security.tlsMode", 2},
		{"2.2", "tls.serverKeyPath", "../files/server.key"},
		{"2.2", "common.security.authorizationEnabled", false},
	}
	for _, tt := range tests {
		got, there := read(t, stockSecurity, setup(own, harness.ConfigChange{Block: tt.block}), tt.key)
		if there != (tt.want != nil) || got != tt.want {
			t.Errorf("block %s: %s is %v, not %v", tt.block, tt.key, got, tt.want)
		}
	}
}

func TestAnUnknownBlockIsAnError(t *testing.T) {
	_, err := Config(nil, setup(harness.Topology{Mode: 1}, harness.ConfigChange{Block: "1.0"}))
	if err == nil || !strings.Contains(err.Error(), `"1.0"`) {
		t.Errorf("it was configured: %v", err)
	}
}
