package milvus

import (
	"reflect"
	"testing"

	"milvus-tls-e2e/harness"
)

var someone = Setup{
	Topology: harness.Topology{Mode: 2, REST: harness.EqualPort, Users: true},
	Ports:    []int{111, 222, 333},
	Storage:  Storage{Etcd: "127.0.0.1:1"},
}

// given makes what Config gives of a stock file and a given configuration.
func given(t *testing.T, stock string, g CustomConfig) map[string]any {
	t.Helper()
	s := someone
	s.Given = &g
	text, err := Config([]byte(stock), s)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := Parse("milvus.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	return Flat(tree)
}

// A given configuration is merged over the stock one; nothing of the topology
// is in it, and only ports and paths are this machine's.
func TestGivenConfiguration(t *testing.T) {
	stock := "tls: {serverPemPath: stock.pem, caPemPath: stock-ca.pem}\ncommon: {security: {tlsMode: 0}, kept: 1}\nproxy: {port: 19530}\n"
	got := given(t, stock, CustomConfig{
		Config: []byte("tls: {serverPemPath: /certs/server.pem}\ncommon: {security: {tlsMode: 1}}\nproxy: {http: {port: 8080}}\n"),
		Paths:  map[string]string{"/certs": "/here"},
	})
	for key, want := range map[string]any{
		"tls.serverPemPath": "/here/server.pem", "tls.caPemPath": "stock-ca.pem", "common.kept": 1, "common.security.tlsMode": 1,
		"common.security.authorizationEnabled": nil, "proxy.port": 111, "proxy.http.port": 222, "proxy.http.enabled": nil, "etcd.endpoints": "127.0.0.1:1",
	} {
		if got[key] != want {
			t.Errorf("%s is %v, want %v", key, got[key], want)
		}
	}
}

func TestGivenPorts(t *testing.T) {
	for config, want := range map[string]any{
		"{}": nil, "proxy: {http: {port: 9000}}": 222, "proxy: {http: {port: 19530}}": 111,
		"proxy: {port: 5, http: {port: 5}}": 111, "proxy: {port: 5, http: {port: 6}}": 222, "proxy: {http: {port: ''}}": 111,
	} {
		if got := given(t, "", CustomConfig{Config: []byte(config)}); got["proxy.http.port"] != want || got["proxy.port"] != 111 {
			t.Errorf("%s: REST at %v, gRPC at %v", config, got["proxy.http.port"], got["proxy.port"])
		}
		s := someone
		s.Given = &CustomConfig{User: []byte(config)}
		if s.RESTShares() != (want != 222) {
			t.Errorf("%s: REST shares gRPC's port: %t", config, s.RESTShares())
		}
	}
}

// user.yaml is as it was given but for ports and paths: nothing is added.
func TestUserConfig(t *testing.T) {
	s := someone
	s.Given = &CustomConfig{User: []byte("proxy: {http: {port: 8080}}\ntls: {caPemPath: /certs/ca.pem}\nlist: [/certs]\n"), Paths: map[string]string{"/certs": "/here"}}
	text, err := UserConfig(s)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := Parse("user.yaml", text)
	want := map[string]any{"proxy.http.port": 222, "tls.caPemPath": "/here/ca.pem", "list": []any{"/certs"}}
	if got := Flat(tree); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("user.yaml holds %v, %v, want %v", got, err, want)
	}
}

func TestGivenThatIsNoYAML(t *testing.T) {
	s := someone
	s.Given = &CustomConfig{Config: []byte("a: [b"), User: []byte("a: [b")}
	if _, err := Config(nil, s); err == nil {
		t.Error("a given configuration that is no YAML is no error")
	}
	if _, err := UserConfig(s); err == nil {
		t.Error("a user.yaml that is no YAML is no error")
	}
}

func TestPathsOfSimilarNames(t *testing.T) {
	got := given(t, "", CustomConfig{Config: []byte("a: /certs2/x\nb: /certs/x\nc: /certs\n"), Paths: map[string]string{"/certs": "/here"}})
	if got["a"] != "/certs2/x" || got["b"] != "/here/x" || got["c"] != "/here" {
		t.Errorf("paths %v", got)
	}
}

func TestCertificatePathsOfAStockFile(t *testing.T) {
	got, err := CertificatePaths([]byte("tls: {serverPemPath: configs/cert/server.pem, serverKeyPath: 7, caPemPath: \"\"}\n"))
	if err != nil || len(got) != 1 || got[harness.ServerCert] != "configs/cert/server.pem" {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := CertificatePaths([]byte("tls: [")); err == nil {
		t.Error("what is no YAML has paths")
	}
}
