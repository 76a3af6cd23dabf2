package main

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/docker"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/plan"
)

// upgradeVariables sets all that an upgrade reads; what is not given is unset.
func upgradeVariables(t *testing.T, given map[string]string) {
	t.Helper()
	for _, name := range []string{"VERSION", "FROM", "TO", "STOP", "DOWNGRADE", "ROLLING", "MILVUS_BIN", "FROM_BIN", "FROM_LIB", "FROM_CONFIGS", "TOPOLOGY", "CLIENTS", "PROVIDER", "IMAGES", "SHARD", "STORAGE"} {
		t.Setenv(name, given[name])
	}
}

func TestUpgradeSettings(t *testing.T) {
	upgradeVariables(t, map[string]string{"FROM": "2.2.16", "TO": "2.3"})
	s, err := readUpgrade()
	if err != nil || len(s.versions) != 2 || s.versions[0].Version != "2.2.16" || s.versions[1].Version != "2.3.5" || s.stop != defaultStop || !s.narrowed {
		t.Errorf("%+v, %v", s, err)
	}
	if !slices.Contains(s.topologies, "etcd-tls") || slices.Contains(s.topologies, "store-tls") || slices.Contains(s.topologies, "mode-1-recipe-2.5") ||
		slices.Contains(s.clients, harness.Node) || len(s.left) == 0 {
		t.Errorf("it upgrades %v with %v, and leaves out %v", s.topologies, s.clients, s.left)
	}
	u, err := s.steps([]harness.Server{{Version: "2.2.16"}, {Version: "2.3.5"}})
	if err != nil || !reflect.DeepEqual(*u, plan.Upgrade{From: "2.2.16", To: "2.3.5", Stop: 20}) {
		t.Errorf("%+v, %v", u, err)
	}
	if c, err := s.choose(t.Context(), usable(nil)); err != nil || c.Name != process.Registration.Name || len(c.request.Releases) != 2 {
		t.Errorf("it runs by %+v, %v", c, err)
	}
	upgradeVariables(t, map[string]string{"FROM": "2.3.5", "TO": "2.2.16", "DOWNGRADE": "1", "STOP": "1m"})
	if s, err = readUpgrade(); err != nil {
		t.Fatal(err)
	}
	if u, err = s.steps([]harness.Server{{Version: "2.3.5"}, {Version: "2.2.16"}}); err != nil || !u.Down || u.Stop != 60 {
		t.Errorf("%+v, %v", u, err)
	}
}

// Only clusters can be upgraded one component at a time, and only so.
func TestRollingUpgradeSettings(t *testing.T) {
	upgradeVariables(t, map[string]string{"FROM": "2.2.16", "TO": "2.3.5", "ROLLING": "1"})
	s, err := readUpgrade()
	if want := []string{"cluster-internal-mode-2", "cluster-mode-1", "cluster-mode-2"}; err != nil || !slices.Equal(slices.Sorted(slices.Values(s.topologies)), want) {
		t.Errorf("it upgrades %v, want %v, %v", s.topologies, want, err)
	}
	u, err := s.steps([]harness.Server{{Version: "2.2.16"}, {Version: "2.3.5"}})
	if err != nil || !u.Rolling {
		t.Errorf("%+v, %v", u, err)
	}
	mixed := harness.Server{Version: "2.6.0", Features: []harness.Feature{harness.InternalMixCoord.RoleFeature()}}
	if _, err := s.steps([]harness.Server{{Version: "2.5.0"}, mixed}); err == nil || !strings.Contains(err.Error(), "a cluster of 2.6.0 consists of other components than one of 2.5.0") {
		t.Errorf("a cluster of other components is rolled: %v", err)
	}
	left, err := s.startable(harness.Server{Version: "2.2.16"})
	if err != nil || slices.Contains(s.topologies, "cluster-internal-mode-2") || len(left) != 1 || !strings.Contains(left[0], "no TLS between components") {
		t.Errorf("it upgrades %v and leaves out %q, %v", s.topologies, left, err)
	}
	for _, tt := range []struct{ rolling, topology, says string }{
		{"1", "mode-2", "this server is one process"},
		{"1", "cluster-internal-datanode-off", "one component is configured otherwise"},
		{"", "cluster-mode-2", "which ROLLING=1 asks for"},
	} {
		upgradeVariables(t, map[string]string{"FROM": "2.2.16", "TO": "2.3.5", "ROLLING": tt.rolling, "TOPOLOGY": tt.topology})
		if _, err := readUpgrade(); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}

// Containers take over from each other as processes do, where they are asked
// for, and where PyPI lacks one of the two releases.
func TestUpgradeInContainers(t *testing.T) {
	for _, given := range []map[string]string{
		{"FROM": "2.2.16", "TO": "2.3.5", "PROVIDER": "docker", "IMAGES": "local"},
		{"FROM": "2.2.16", "TO": "2.3.5", "IMAGES": "local"},
		{"FROM": "2.3.5", "TO": "2.5.16"},
	} {
		upgradeVariables(t, given)
		s, err := readUpgrade()
		if err != nil {
			t.Errorf("%v: %v", given, err)
			continue
		}
		c, err := s.choose(t.Context(), usable(nil))
		if err != nil || c.Name != docker.Registration.Name || len(c.request.Releases) != 2 || c.request.Releases[0].Version != given["FROM"] || c.request.Releases[1].Version != given["TO"] {
			t.Errorf("%v: it runs by %+v, %v", given, c, err)
		}
	}
	upgradeVariables(t, map[string]string{"FROM": "2.2.16", "MILVUS_BIN": "/bin/true", "PROVIDER": "docker"})
	s, err := readUpgrade()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.choose(t.Context(), usable(nil)); err == nil || !strings.Contains(err.Error(), "MILVUS_BIN is a program of this machine") {
		t.Errorf("a program takes over from a container: %v", err)
	}
	upgradeVariables(t, map[string]string{"FROM_BIN": "/bin/true", "TO": "2.3.5"})
	if s, err = readUpgrade(); err != nil {
		t.Fatal(err)
	}
	if c, err := s.choose(t.Context(), usable(nil)); err != nil || c.Name != process.Registration.Name || !strings.Contains(c.why, "FROM_BIN") {
		t.Errorf("what takes over from a program runs by %+v, %v", c, err)
	}
}

// An upgrade knows what the documentation says of its step.
func TestWhatTheDocumentationSaysOfAStep(t *testing.T) {
	for _, tt := range []struct {
		from, to string
		skipped  []string
		returns  bool
	}{
		{"2.3.5", "2.5.27", nil, false},
		{"2.5.27", "2.6.22", nil, false},
		{"2.3.5", "2.6.20", []string{"2.5.16"}, false},
		{"2.6.22", "3.0.0", nil, true},
		{"3.0.0", "2.6.22", nil, true},
		{"2.6.22", "2.5.27", nil, false},
	} {
		u := plan.Upgrade{From: tt.from, To: tt.to, Down: tt.from > tt.to}
		if err := documented(&u); err != nil || !slices.Equal(u.Skipped, tt.skipped) || u.Returns != tt.returns {
			t.Errorf("%s to %s: %+v, %v", tt.from, tt.to, u, err)
		}
	}
	skips := plan.Upgrade{From: "2.3.5", To: "3.0.0"}
	if err := documented(&skips); err != nil || skips.Steps() != "2.3.5, 2.5.16 or later, 2.6.0 or later, 3.0.0" {
		t.Errorf("%s, %v", skips.Steps(), err)
	}
}

// Each step that the documentation has can be planned by the names of its releases.
func TestEveryDocumentedStepCanBeNamed(t *testing.T) {
	for _, given := range []map[string]string{
		{"FROM": "2.3", "TO": "2.5"}, {"FROM": "2.5.27", "TO": "2.6.22"}, {"FROM": "2.6", "TO": "3.0"}, {"FROM": "3.0", "TO": "2.6", "DOWNGRADE": "1"},
	} {
		upgradeVariables(t, given)
		s, err := readUpgrade()
		if err != nil {
			t.Errorf("%v: %v", given, err)
			continue
		}
		if c, err := s.choose(t.Context(), usable(nil)); err != nil || c.Name != docker.Registration.Name {
			t.Errorf("%v: it runs by %+v, %v", given, c, err)
		}
	}
}

// What cannot be meant is refused in one line, before anything is downloaded.
func TestWrongUpgrades(t *testing.T) {
	for says, given := range map[string]map[string]string{
		"needs FROM= and TO=":                   {"TO": "2.3.5"},
		"an upgrade needs FROM= and TO=":        {"FROM": "2.3.5"},
		"FROM=1.0 is not one release":           {"FROM": "1.0", "TO": "2.3.5"},
		"TO=9.9 is not one release":             {"FROM": "2.2.16", "TO": "9.9"},
		"TO=2.2,2.3 is not one release":         {"FROM": "2.2.16", "TO": "2.2,2.3"},
		"both say what to upgrade from":         {"FROM": "2.2.16", "FROM_BIN": "/bin/true", "TO": "2.3.5"},
		"FROM_BIN= and MILVUS_BIN= replace":     {"FROM_BIN": "/bin/true"},
		"which is not given":                    {"FROM": "2.2.16", "FROM_LIB": "/lib", "TO": "2.3.5"},
		"both say what to upgrade to":           {"FROM": "2.2.16", "TO": "2.3.5", "MILVUS_BIN": "/bin/true"},
		"name two releases":                     {"FROM": "2.3.5", "TO": "2.3"},
		"DOWNGRADE=1 asks for":                  {"FROM": "2.3.5", "TO": "2.2.16"},
		"leave it out":                          {"FROM": "2.2.16", "TO": "2.3.5", "DOWNGRADE": "1"},
		"STOP=soon":                             {"FROM": "2.2.16", "TO": "2.3.5", "STOP": "soon"},
		"STOP=-1s":                              {"FROM": "2.2.16", "TO": "2.3.5", "STOP": "-1s"},
		"STOP=1h":                               {"FROM": "2.2.16", "TO": "2.3.5", "STOP": "1h"},
		"VERSION= does not apply to an upgrade": {"FROM": "2.2.16", "TO": "2.3.5", "VERSION": "2.3"},
		"FROM=2.5.16 is not one release that runs as a process": {"FROM": "2.5.16", "MILVUS_BIN": "/bin/true"},
		"FROM_BIN= stands in for FROM=":                         {"FROM": "2.5.16", "MILVUS_BIN": "/bin/true"},
		"TO=2.5 is not one release that runs as a process":      {"FROM_BIN": "/bin/true", "TO": "2.5"},
		"FROM=2.5 is not one release that runs as a process":    {"FROM": "2.5", "TO": "2.3.5", "PROVIDER": "process"},
		"is not one release that a local image can be made of":  {"FROM": "2.2.16", "TO": "2.5.16", "IMAGES": "local"},
		"SHARD= does not split an upgrade":                      {"FROM": "2.2.16", "TO": "2.3.5", "SHARD": "1/2"},
		"CLIENTS=node: no upgrade is judged with":               {"FROM": "2.2.16", "TO": "2.3.5", "CLIENTS": "go,node"},
		"TOPOLOGY=mode-1-recipe-2.5: no upgrade":                {"FROM": "2.2.16", "TO": "2.3.5", "TOPOLOGY": "mode-1,mode-1-recipe-2.5"},
		"TOPOLOGY=store-tls: no upgrade":                        {"FROM": "2.2.16", "TO": "2.3.5", "TOPOLOGY": "store-tls"},
		"TOPOLOGY=mode-9":                                       {"FROM": "2.2.16", "TO": "2.3.5", "TOPOLOGY": "mode-9"},
	} {
		upgradeVariables(t, given)
		if _, err := readUpgrade(); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: %v, want one line that says %q", given, err, says)
		}
		if status := execute(context.Background(), []string{"plan", "--upgrade", "--out", t.TempDir()}); status != statusUsage {
			t.Errorf("%v: status %d, want %d", given, status, statusUsage)
		}
	}
}

// Where the first server does not work by itself, nothing can take over from it.
func TestWhereNothingCanBeTakenOver(t *testing.T) {
	has := func(v string, more ...harness.Feature) harness.Server {
		return harness.Server{Version: v, Features: more}
	}
	newer := has("2.6.20", harness.RefusesShared, harness.RefusesMode, harness.HasInternalTLS)
	all := []string{
		"mode-0", "mode-0-rest-equal", "mode-1", "mode-1-rest-off", "mode-1-rest-unset", "mode-2-rest-equal", "mode-3",
		"internal", "internal-wrong-sni", "internal-empty-sni", "internal-wrong-ca", "internal-missing-cert",
	}
	upgradeVariables(t, map[string]string{})
	s := settings{topologies: all}
	if left, err := s.startable(has("2.3.5")); err != nil || len(left) > 0 || len(s.topologies) != len(all) {
		t.Errorf("an older one starts everywhere, and %v is left out (%v)", left, err)
	}
	left, err := s.startable(newer)
	if want := []string{"mode-0", "mode-0-rest-equal", "mode-1", "mode-1-rest-off", "internal"}; err != nil || len(left) != len(all)-len(want) {
		t.Errorf("%q is left out (%v)", left, err)
	} else {
		for _, name := range want {
			if !slices.Contains(s.topologies, name) {
				t.Errorf("%s is left out: %q", name, left)
			}
		}
	}
	t.Setenv("TOPOLOGY", "mode-3")
	s = settings{topologies: []string{"mode-3"}}
	if _, err := s.startable(newer); err == nil || !strings.Contains(err.Error(), "2.6.20 does not start there") {
		t.Errorf("asked for by name: %v", err)
	}
}
