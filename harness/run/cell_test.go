package run

import (
	"errors"
	"slices"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// Milvus must show the certificate that it is configured with; what its
// backends show is the provider's.
func TestCertificateIsAskedOfMilvussOwnPorts(t *testing.T) {
	certs := pkitest.CertSet(t)
	c := &cell{
		certs: certs, features: harness.Features{},
		topology: harness.Topology{Mode: 1, EtcdTLS: true, StoreTLS: true},
	}
	for port, want := range map[harness.Port]string{
		harness.GRPC: certs.Server().Fingerprint(), harness.HTTP: certs.Server().Fingerprint(),
		harness.Etcd: "", harness.Store: "",
	} {
		a := harness.Attempt{Client: harness.Raw, Port: port, Identity: harness.Good}.In(c.topology)
		if control, needed := a.Control(c.topology); needed {
			c.checked.get(control, func() observed { return observed{} })
		}
		if got := c.evidence(t.Context(), a, observed{}); got.Err != nil || got.ConfiguredCert != want {
			t.Errorf("%s should show %q, %v; want %q", port, got.ConfiguredCert, got.Err, want)
		}
	}
}

// leaving is a deployment that comes to its end.
type leaving struct {
	deploy.Deployment
	log, stop error
}

func (l leaving) Log(int64) ([]byte, int64, error) { return nil, 0, l.log }
func (l leaving) Stop() error                      { return l.stop }
func (leaving) Capabilities() deploy.Capabilities  { return deploy.Capabilities{} }

func TestEndTellsALostLogFromAServerThatStays(t *testing.T) {
	gone, stays := errors.New("gone"), errors.New("still there")
	for of, want := range map[leaving][]string{
		{}:                       nil,
		{log: gone}:              {"its log could not be kept: gone"},
		{stop: stays}:            {"could not be stopped: still there"},
		{log: gone, stop: stays}: {"its log could not be kept: gone", "could not be stopped: still there"},
	} {
		var got []string
		c := &cell{Scheduler: &Scheduler{Config: Config{Progress: func(e Event) { got = append(got, e.What) }}}}
		c.end(of, "m")
		if !slices.Equal(got, want) {
			t.Errorf("%v: told %q, want %q", of, got, want)
		}
	}
}
