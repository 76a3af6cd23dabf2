package milvus

import (
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// A server is one process, or one for each of its release's components and two of some.
func TestComponents(t *testing.T) {
	t.Parallel()
	fs := harness.Features{}.With(harness.ByWoodpecker, harness.InternalProxy.RoleFeature(), harness.InternalMixCoord.RoleFeature(),
		harness.InternalQueryNode.RoleFeature(), harness.InternalStreamingNode.RoleFeature())
	alone := Components(fs, harness.Topology{})
	if len(alone) != 1 || !slices.Equal(alone[0].Arguments("x"), []string{"run", "standalone"}) || len(Listeners(alone)) != len(Roles) {
		t.Errorf("alone it is %+v", alone)
	}
	all := Components(fs, harness.Topology{Cluster: true})
	var names []string
	for _, c := range all {
		names = append(names, c.Name)
	}
	if want := "mixcoord querynode streamingnode querynode-2 proxy proxy-2"; strings.Join(names, " ") != want {
		t.Errorf("it is %q, want %s", names, want)
	}
	if args := all[5].Arguments("x"); !slices.Equal(args, []string{"run", "proxy", "-alias", "x-proxy-2"}) {
		t.Errorf("the second proxy is started with %q", args)
	}
}

// In a rolling upgrade what others depend on goes first, and the proxies last.
func TestRollingOrder(t *testing.T) {
	t.Parallel()
	for want, ports := range map[string][]harness.Port{
		"rootcoord indexcoord datacoord querycoord indexnode querynode querynode-2 datanode proxy proxy-2": {
			harness.InternalRootCoord, harness.InternalDataCoord, harness.InternalQueryCoord, harness.InternalIndexCoord,
			harness.InternalDataNode, harness.InternalQueryNode, harness.InternalIndexNode, harness.InternalProxy,
		},
		"mixcoord streamingnode querynode querynode-2 datanode proxy proxy-2": {
			harness.InternalProxy, harness.InternalMixCoord, harness.InternalDataNode, harness.InternalQueryNode, harness.InternalStreamingNode,
		},
	} {
		fs := harness.Features{}
		for _, p := range ports {
			fs[p.RoleFeature()] = true
		}
		var names []string
		for _, c := range RollingOrder(Components(fs, harness.Topology{Cluster: true})) {
			names = append(names, c.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// No two components listen at one port, and each is told its own.
func TestPortsOfComponents(t *testing.T) {
	t.Parallel()
	fs := harness.Features{}.With(harness.InternalProxy.RoleFeature(), harness.InternalQueryNode.RoleFeature(), harness.InternalStreamingNode.RoleFeature())
	all := Components(fs, harness.Topology{Cluster: true})
	at := map[string]int{}
	for i, name := range Listeners(all) {
		if at[name] != 0 {
			t.Errorf("%s is there twice", name)
		}
		at[name] = i + 1
	}
	listens := map[int]string{}
	for _, c := range all {
		setup := Setup{Ports: c.PortsFor(at)}
		own := []string{"management", "internal-" + c.Role}
		switch c.Role {
		case "proxy":
			own = append(own, "grpc", "rest")
		case "streamingnode": // which serves queries too
			own = append(own, "internal-querynode")
		}
		for _, role := range own {
			if n := setup.Port(role); n == 0 || listens[n] != "" {
				t.Errorf("%s listens for %s at %d, as %s does", c.Name, role, n, listens[n])
			}
			listens[setup.Port(role)] = c.Name
		}
	}
	if at["internal-proxy-2"] != (Setup{Ports: all[len(all)-1].PortsFor(at)}).Port("internal-proxy") {
		t.Error("the second proxy is not told its port")
	}
}

// The queue of a cluster is its release's, and Pulsar, which would win, is taken out.
func TestQueue(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		setup Setup
		want  []string
	}{
		"alone": {Setup{}, []string{"type: rocksmq", "pulsar:"}},
		"kafka": {Setup{Storage: Storage{Queue: Kafka, Kafka: "127.0.0.1:9"}}, []string{"type: kafka", "brokerList: 127.0.0.1:9"}},
		"kafka over TLS": {Setup{Topology: harness.Topology{QueueTLS: true, Line: "2.5"}, Storage: Storage{Queue: Kafka, Kafka: "127.0.0.1:9"}, Files: pki.ServerFiles{Dir: "/f"}},
			[]string{"tlsCaCert: /f/store-ca.pem", "enabled: true"}},
		"kafka over TLS, without keys for it": {Setup{Topology: harness.Topology{QueueTLS: true, Line: "2.3"}, Storage: Storage{Queue: Kafka, Kafka: "127.0.0.1:9"}, Files: pki.ServerFiles{Dir: "/f"}},
			[]string{"consumer:", "producer:", "location: /f/store-ca.pem"}},
		"woodpecker": {Setup{Storage: Storage{Queue: Woodpecker, Object: "127.0.0.1:9"}}, []string{"type: woodpecker", "type: minio"}},
		"on disk":    {Setup{Storage: Storage{Queue: Woodpecker}}, []string{"type: woodpecker", "type: local", "forceLocalStorage: true"}},
	} {
		text, err := Config([]byte("pulsar: {address: localhost}\n"), tt.setup)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range tt.want {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s: there is no %q in\n%s", name, want, text)
			}
		}
		if name == "kafka" && strings.Contains(string(text), "pulsar") {
			t.Errorf("Pulsar is still named:\n%s", text)
		}
	}
}
