package milvus

import (
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
)

func TestSettingsAreWhatTheServerIsToldAboutTLS(t *testing.T) {
	got, err := Settings(harness.Topology{Name: "mode-2-auth", Mode: 2, Users: true})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"common.security.authorizationEnabled: true", "common.security.tlsMode: 2", "proxy.http.enabled: true", "proxy.http.port: 8080",
		"tls.caPemPath: ca.pem", "tls.serverKeyPath: server.key", "tls.serverPemPath: server.pem",
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("%q is not in %q", w, got)
		}
	}
	if !slices.IsSorted(got) {
		t.Errorf("not in the order of keys: %q", got)
	}
	for _, l := range got {
		if strings.Contains(strings.ToLower(l), "secret") || strings.HasPrefix(l, "etcd.endpoints") {
			t.Errorf("%q says nothing about TLS", l)
		}
	}
}

func TestSettingsShowWhereRESTIs(t *testing.T) {
	for rest, want := range map[harness.RESTPort]string{
		harness.OwnPort: "proxy.http.port: 8080", harness.EqualPort: "proxy.http.port: 19530", harness.UnsetPort: "", harness.NoREST: "proxy.http.enabled: false",
	} {
		got, err := Settings(harness.Topology{Mode: 1, REST: rest})
		if err != nil {
			t.Fatal(err)
		}
		if want == "" && strings.Contains(strings.Join(got, "\n"), "proxy.http.port") || want != "" && !slices.Contains(got, want) {
			t.Errorf("REST %q: got %q, want %q", rest, got, want)
		}
	}
}
