package run

import (
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/plan"
)

// at is a deployment that is somewhere, and nothing else.
type at struct {
	deploy.Deployment
	addr string
}

func (d at) Addr(harness.Port) string { return d.addr }

// What may end a server is done to the run's own alone.
func TestResilienceSpareOthersServers(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		addr     string
		upgrade  *plan.Upgrade
		attached bool
		why      string // part of the reason; empty where it is done
	}{
		"on the loopback":             {addr: "127.0.0.1:19530"},
		"on the loopback, IPv6":       {addr: "[::1]:19530"},
		"in a container":              {addr: "172.17.0.2:19530", why: "this one is at 172.17.0.2:19530"},
		"known by a name":             {addr: "milvus.example.org:443", why: "this one is at milvus"},
		"nowhere":                     {why: "listen on this machine's loopback"},
		"somebody's, behind a tunnel": {addr: "127.0.0.1:19530", attached: true, why: "the run has started"},
		"about to be taken over from": {addr: "127.0.0.1:19530", upgrade: &plan.Upgrade{}, why: "part of an upgrade"},
	} {
		s := &Scheduler{Config: Config{Plan: plan.Plan{Inputs: plan.Inputs{Upgrade: tt.upgrade}}}}
		c := &cell{Scheduler: s, topology: harness.Topology{Attached: tt.attached}, deployed: at{addr: tt.addr}}
		got := c.skipReason(harness.GRPC)
		if (tt.why == "") != (got == "") || !strings.Contains(got, tt.why) {
			t.Errorf("%s: %q, want %q", name, got, tt.why)
		}
	}
}
