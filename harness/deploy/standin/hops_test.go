package standin_test

import (
	"crypto/tls"
	"net/http"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/harness/wire"
)

// A hopSign shows a fault about what is said on a hop.
type hopSign struct {
	fault    standin.Fault
	topology harness.Topology
	hop      harness.Port
}

func hopSigns() []hopSign {
	return []hopSign{
		{standin.RepeatsCanaryInPlaintext, mode1, harness.HTTP},
		{standin.TellsBackendsInPlaintext, harness.Topology{Name: "etcd-tls", EtcdTLS: true}, harness.Etcd},
		{standin.TellsComponentsInPlaintext, inside("2.6", harness.InternalOn), harness.InternalMixCoord},
	}
}

// TestNamesCrossHopsEncrypted creates a collection and looks for its name on the
// hop: an honest server says it there over TLS alone, and in plaintext where the
// hop has none.
func TestNamesCrossHopsEncrypted(t *testing.T) {
	t.Parallel()
	for _, c := range hopSigns() {
		t.Run(string(c.fault), func(t *testing.T) {
			t.Parallel()
			if seen, encrypted := crosses(t, c, c.topology); seen || !encrypted {
				t.Errorf("honest: the name was seen %v, TLS was spoken %v", seen, encrypted)
			}
			if seen, _ := crosses(t, c, c.topology, c.fault); !seen {
				t.Error("faulty: the name was not seen")
			}
			bare := harness.Topology{Name: c.topology.Name}
			if seen, encrypted := crosses(t, c, bare); !seen || encrypted {
				t.Errorf("in plaintext: the name was seen %v, TLS was spoken %v", seen, encrypted)
			}
		})
	}
}

// crosses reports whether a new collection's name was seen on the hop, and whether
// TLS was spoken there.
func crosses(t *testing.T, c hopSign, topology harness.Topology, faults ...standin.Fault) (seen, encrypted bool) {
	t.Helper()
	const name = "canary0123456789abcdef"
	var r *wire.Relay
	put := func(to string) string {
		var err error
		if r, err = wire.NewRelay("127.0.0.1:0", to, wire.Options{Canary: []byte(name)}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(r.Close)
		return r.Addr()
	}
	d := startThrough(t, topology, func(hop harness.Port, at string) (string, error) {
		if hop == c.hop {
			return put(at), nil
		}
		return at, nil
	}, faults...)
	at := d.Addr(harness.HTTP)
	if c.hop == harness.HTTP {
		at = put(at)
	}
	create(t, at, name, topology.TLS())
	r.Close()
	for _, s := range r.Transcripts() {
		seen, encrypted = seen || s.CanarySeen() > 0, encrypted || s.Answered == connection.SpokeTLS
	}
	return seen, encrypted
}

// create creates a collection. A faulty server may not let the answer through.
func create(t *testing.T, at, name string, secure bool) {
	t.Helper()
	scheme := map[bool]string{true: "https://", false: "http://"}[secure]
	transport := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: pkitest.CertSet(t).CA().Pool(), ServerName: harness.RightName}}
	client := http.Client{Timeout: bound, Transport: transport}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, scheme+at+"/v1/vector/collections/create",
		strings.NewReader(`{"collectionName":"`+name+`","dimension":2}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if answer, err := client.Do(request); err == nil {
		_ = answer.Body.Close()
	}
}
