package topologies

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
)

func TestOneTopologyOneFile(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, name := range Names() {
		if names[name] {
			t.Errorf("%s is there twice", name)
		}
		names[name] = true
	}
	for _, f := range files {
		if name := strings.TrimSuffix(f, ".go"); !names[name] && f != "topologies.go" && f != "topologies_test.go" {
			t.Errorf("%s holds no topology %s", f, name)
		}
	}
	if len(files)-2 != len(names) {
		t.Errorf("%d files hold %d topologies", len(files)-2, len(names))
	}
}

// The names are interface: they say the mode, and what varies it.
func TestNamesSayWhatIsConfigured(t *testing.T) {
	form := regexp.MustCompile(`^mode-(\d)(-[a-z0-9.-]+)?$`)
	for _, topology := range All() {
		name := topology.Name
		if topology.Cluster {
			name = strings.TrimPrefix(name, "cluster-")
			if name == "cluster" {
				name = "mode-0"
			}
		}
		if topology.Internal != harness.InternalOff {
			if want := internalName(topology); name != want {
				t.Errorf("%s configures %s", name, want)
			}
			continue
		}
		if topology.Mode == 0 && (topology.EtcdTLS || topology.StoreTLS || topology.QueueTLS) {
			name = "mode-0-" + name // a backend alone says nothing of external TLS
		}
		m := form.FindStringSubmatch(name)
		if m == nil || m[1] != string(rune('0'+topology.Mode)) {
			t.Errorf("%s configures mode %d", topology.Name, topology.Mode)
			continue
		}
		want := map[harness.RESTPort]string{harness.UnsetPort: "-rest-unset", harness.EqualPort: "-rest-equal", harness.NoREST: "-rest-off"}[topology.REST]
		if topology.Users {
			want = "-auth" + want
		}
		if topology.EtcdTLS {
			want += "-etcd-tls"
		}
		if topology.StoreTLS {
			want += "-store-tls"
		}
		if topology.QueueTLS {
			want += "-mq-tls"
		}
		if topology.Recipe != "" {
			want = "-recipe-" + topology.Recipe + want
		}
		if m[2] != want {
			t.Errorf("%s varies %q", topology.Name, want)
		}
		if topology.RepairedTopology != "" && !strings.Contains(strings.Join(Names(), " "), topology.RepairedTopology) {
			t.Errorf("%s is repaired by %s, which is not there", topology.Name, topology.RepairedTopology)
		}
	}
}

// internalName is what a topology with TLS between components is called.
func internalName(t harness.Topology) string {
	switch {
	case t.Odd.Off():
		return "internal-" + t.Odd.Component + "-off"
	case t.Odd.Component != "":
		return "internal-" + t.Odd.Component + "-" + string(t.Odd.Internal)
	case t.Mode != 0:
		return fmt.Sprintf("internal-mode-%d", t.Mode)
	case t.Internal != harness.InternalOn:
		return "internal-" + string(t.Internal)
	}
	return "internal"
}
