package milvus

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
)

// everyTopology returns topologies that between them set every key that a topology
// can set.
func everyTopology() []harness.Topology {
	var all []harness.Topology
	for _, rest := range []harness.RESTPort{harness.OwnPort, harness.UnsetPort, harness.EqualPort, harness.NoREST, harness.NotGiven} {
		for mode := range 4 {
			for _, internal := range []harness.Internal{
				harness.InternalOff, harness.InternalOn, harness.InternalWrongSNI, harness.InternalEmptySNI, harness.InternalWrongCA, harness.InternalNoCert,
			} {
				for _, tls := range []bool{false, true} {
					all = append(all, harness.Topology{Mode: mode, REST: rest, Internal: internal, EtcdTLS: tls, StoreTLS: tls, Users: tls})
				}
			}
		}
	}
	return all
}

// setups are what configurations are made from, from the one of which nothing is
// known to the one of which everything is.
func setups(t harness.Topology) map[string]Setup {
	change := t.Internal.Change()
	whole := setup(t, change)
	local := whole
	local.Storage.Object = ""
	embedded := local
	embedded.Storage = Storage{}
	given := whole
	given.Given = &CustomConfig{Config: []byte("proxy: {http: {port: 8080}}\ntls: {caPemPath: /certs/ca.pem}\n")}
	return map[string]Setup{
		"nothing known":    {Topology: t, Change: change},
		"asked what it is": {Topology: t, Change: change, Files: pki.ServerFiles{Dir: "/files"}, Ports: make([]int, len(Roles)), Data: "/data", Work: "/data"},
		"everything known": whole, "objects on disk": local, "no backends": embedded, "somebody else's": given,
		"a page's block": func() Setup { s := whole; s.Change = harness.ConfigChange{Block: "2.5"}; return s }(),
	}
}

// A 2.6.20 panics over an empty etcd.rootPath before it says what it is: what has
// no value is not written, whatever the key, and nor is the port 0.
func TestNothingIsWrittenWithoutAValue(t *testing.T) {
	for _, topology := range everyTopology() {
		for name, s := range setups(topology) {
			text, err := Config(nil, s)
			if err != nil {
				t.Fatal(err)
			}
			tree, err := Parse("milvus.yaml", text)
			if err != nil {
				t.Fatal(err)
			}
			for key, value := range Flat(tree) {
				meant := key == s.Change.Key // an empty SNI is what the case asks about
				if why := hollow(key, value); why != "" && !meant {
					t.Errorf("%s, %+v: %s is written with %s", name, topology, key, why)
				}
			}
		}
	}
}

// hollow says what a value lacks, or "".
func hollow(key string, value any) string {
	text := fmt.Sprint(value)
	_, at, err := net.SplitHostPort(text)
	switch {
	case value == nil || strings.TrimSpace(text) == "":
		return "nothing"
	case strings.HasSuffix(strings.ToLower(key), "port") && text == "0":
		return "the port 0"
	case err == nil && (at == "" || at == "0" || strings.HasPrefix(text, ":")):
		return "the address " + text
	}
	return ""
}

// What the stock file has stays where the harness has nothing to put there, and
// goes where it must not hold.
func TestWhatIsLeftOfTheStockFile(t *testing.T) {
	const stock = "etcd: {rootPath: by-dev}\ncommon: {chanNamePrefix: {cluster: by-dev}, session: {ttl: 30}}\nrootCoord: {port: 22125}\n" +
		"log: {file: {rootPath: /var/lib/milvus/logs, maxSize: 300}, asyncWrite: {enable: true}}\nproxy: {http: {port: 8080}}\n"
	for _, tt := range []struct {
		key  string
		s    Setup
		want any
	}{
		{"etcd.rootPath", Setup{}, "by-dev"},
		{"etcd.rootPath", setup(harness.Topology{}, harness.ConfigChange{}), "cell"},
		{"common.chanNamePrefix.cluster", Setup{}, "by-dev"},
		{"rootCoord.port", Setup{}, 22125},
		{"rootCoord.port", setup(harness.Topology{}, harness.ConfigChange{}), 1004},
		{"log.file.rootPath", Setup{}, nil},
		{"log.file.maxSize", Setup{}, 300},
		{"log.asyncWrite.enable", Setup{}, false},
		{"common.session.ttl", Setup{}, 60},
		{"common.session.ttl", Setup{Followed: true}, 30},
		{"proxy.http.port", Setup{}, 8080},
		{"proxy.http.port", Setup{Topology: harness.Topology{REST: harness.UnsetPort}}, nil},
	} {
		if got, there := read(t, stock, tt.s, tt.key); got != tt.want || there != (tt.want != nil) {
			t.Errorf("%s with root %q is %v (%t), want %v", tt.key, tt.s.Storage.Root, got, there, tt.want)
		}
	}
}

// A run says what it configures besides what it judges, and of which releases.
func TestAdjusted(t *testing.T) {
	logs := harness.Server{Version: "2.6.22", Features: []harness.Feature{harness.LogsGRPC}}
	trips := harness.Server{Version: "2.5.27", Features: []harness.Feature{harness.LogsREST}}
	always := "log.level: info, log.stdout: true, log.asyncWrite.enable: false"
	for _, tt := range []struct {
		upgrade bool
		servers []harness.Server
		want    string
	}{
		{false, []harness.Server{logs}, "common.session.ttl: 60, " + always + ", grpc.log.level: INFO"},
		{true, []harness.Server{logs}, always + ", grpc.log.level: INFO"},
		{false, []harness.Server{trips}, "common.session.ttl: 60, " + always},
		{true, []harness.Server{trips, logs}, always + ", grpc.log.level: INFO (2.6.22 alone)"},
	} {
		if got := strings.Join(Adjusted(tt.upgrade, tt.servers), ", "); got != tt.want {
			t.Errorf("in an upgrade %t: %s, want %s", tt.upgrade, got, tt.want)
		}
		for _, s := range tt.servers {
			text, err := Config([]byte("grpc: {log: {level: WARNING}}"), Setup{Followed: tt.upgrade, Refusals: LogsRefusals(s)})
			if err != nil {
				t.Fatal(err)
			}
			tree, err := Parse("milvus.yaml", text)
			if err != nil {
				t.Fatal(err)
			}
			flat := Flat(tree)
			for _, line := range Adjusted(tt.upgrade, []harness.Server{s}) {
				key, value, _ := strings.Cut(line, ": ")
				if fmt.Sprint(flat[key]) != value {
					t.Errorf("%s is %v, and the run says %s", key, flat[key], value)
				}
			}
			if level := flat["grpc.log.level"]; level != map[bool]any{true: "INFO", false: "WARNING"}[LogsRefusals(s)] {
				t.Errorf("the gRPC logger of a %s is set to %v", s.Version, level)
			}
		}
	}
}

// Where a release listens by itself, its own milvus.yaml says.
func TestPortsOfStockFiles(t *testing.T) {
	at := func(role string, configs ...string) int {
		var texts [][]byte
		for _, c := range configs {
			texts = append(texts, []byte(c))
		}
		ports, err := PortsOf(texts...)
		if err != nil {
			t.Fatal(err)
		}
		return Setup{Ports: ports}.Port(role)
	}
	// The lines are of these releases' stock files.
	const v25, v26 = "rootCoord:\n  port: 53100 # TCP port\nproxy:\n  http:\n    port: # none\n  port: 19530\n",
		"mixCoord: {}\nrootCoord:\n  port: 22125\nstreamingNode:\n  port: 22222\nproxy:\n  http:\n    port:\n"
	for _, tt := range []struct {
		role    string
		configs []string
		want    int
	}{
		{"internal-rootcoord", nil, 53100},
		{"internal-rootcoord", []string{v25}, 53100},
		{"internal-mixcoord", []string{v26}, 22125},
		{"internal-mixcoord", []string{v26, "rootCoord: {port: 5}"}, 5},
		{"internal-streamingnode", []string{v26}, 22222},
		{"rest", []string{v25}, 0},
		{"rest", []string{v26, "proxy: {http: {port: '8080'}}"}, 8080}, // a page may quote it
		{"management", []string{v26}, 9091},
	} {
		if got := at(tt.role, tt.configs...); got != tt.want {
			t.Errorf("%s with %q: %d, want %d", tt.role, tt.configs, got, tt.want)
		}
	}
	if _, err := PortsOf([]byte("a: [")); err == nil {
		t.Error("what is no YAML has ports")
	}
}
