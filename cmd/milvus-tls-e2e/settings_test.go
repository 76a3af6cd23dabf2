package main

import (
	"context"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/suites/claims"
	"milvus-tls-e2e/suites/topologies"
)

func TestChooseVersions(t *testing.T) {
	known := []versions.Release{{Version: "2.2.16"}, {Version: "2.3.5"}, {Version: "2.3.9"}, {Version: "3.0.0"}}
	tests := []struct {
		wanted []string
		want   string
	}{
		{nil, "2.2.16 2.3.9 3.0.0"},
		{[]string{"2.3.5"}, "2.3.5"},
		{[]string{"2.3"}, "2.3.9"},
		{[]string{"3.0"}, "3.0.0"},
		{[]string{"2.3", "2.3.9", "2.2"}, "2.3.9 2.2.16"},
		{[]string{"2.3.10"}, "2.3.10"}, // a patch that no file describes
		{[]string{"3.1.0"}, "3.1.0"},
	}
	for _, tt := range tests {
		chosen, err := chooseVersions(known, tt.wanted)
		if err != nil || strings.Join(versions.Numbers(chosen), " ") != tt.want {
			t.Errorf("%v: %v, %v; want %s", tt.wanted, versions.Numbers(chosen), err, tt.want)
		}
	}
	for _, wanted := range []string{"2", "2.7", "2.1.0", "latest", "v2.3.5", "2.3.5-rc1", "$(reboot)"} {
		if _, err := chooseVersions(known, []string{wanted}); err == nil || !strings.Contains(err.Error(), "VERSION="+wanted) || !strings.Contains(err.Error(), "2.3, 3.0") {
			t.Errorf("%s: %v, want the known lines named", wanted, err)
		}
	}
}

func TestSettings(t *testing.T) {
	for _, name := range []string{"VERSION", "TOPOLOGY", "CLIENTS", "PROVIDER", "STORAGE", "MILVUS_BIN", "SHARD", "BASE"} {
		t.Setenv(name, "")
	}
	s, err := readSettings()
	if err != nil || s.narrowed || len(s.topologies) != len(topologies.Default()) || !slices.Equal(s.clients, harness.Clients) {
		t.Errorf("without variables: %+v, %v", s, err)
	}
	t.Setenv("CLIENTS", " curl , go")
	s, err = readSettings()
	if err != nil || !s.narrowed || !slices.Equal(s.clients, []harness.Client{harness.Raw, harness.Go, harness.Curl}) {
		t.Errorf("CLIENTS: %v, %v; want the control among them", s.clients, err)
	}
	t.Setenv("TOPOLOGY", "cluster*,mode-0")
	if s, err = readSettings(); err != nil || !slices.Contains(s.topologies, "cluster-mode-1") || !slices.Contains(s.topologies, "mode-0") || slices.Contains(s.topologies, "mode-1") {
		t.Errorf("TOPOLOGY: %q, %v; want every cluster and mode-0", s.topologies, err)
	}
	for name, value := range map[string]string{"TOPOLOGY": "mode-9*", "PROVIDER": "cloud", "STORAGE": "tape", "CLIENTS": "ruby"} {
		t.Setenv(name, value)
		if _, err := readSettings(); err == nil || !strings.Contains(err.Error(), name+"="+value) {
			t.Errorf("%s=%s: %v", name, value, err)
		}
		t.Setenv(name, "")
	}
}

func TestShardSettings(t *testing.T) {
	for _, name := range []string{"VERSION", "TOPOLOGY", "CLIENTS", "PROVIDER", "STORAGE", "MILVUS_BIN", "BASE"} {
		t.Setenv(name, "")
	}
	t.Setenv("SHARD", "2/3")
	if s, err := readSettings(); err != nil || s.shard != (plan.Shard{Index: 2, Count: 3}) || s.narrowed {
		t.Errorf("2/3: %v, narrowed %v, %v", s.shard, s.narrowed, err)
	}
	t.Setenv("BASE", "before.json")
	if _, err := readSettings(); err == nil || !strings.Contains(err.Error(), "make merge BASE=") {
		t.Errorf("a shard compared with a whole run: %v", err)
	}
	for _, text := range []string{"3/2", "0/2", "x", "1"} {
		t.Setenv("SHARD", text)
		if status := execute(context.Background(), []string{"plan", "--out", t.TempDir()}); status != statusUsage {
			t.Errorf("SHARD=%s: status %d, want %d", text, status, statusUsage)
		}
	}
}

// A line of which the newest release is left out cannot say what is stale.
func TestALineWithoutItsNewestIsNarrowed(t *testing.T) {
	known := []versions.Release{{Version: "2.2.16"}, {Version: "2.3.5"}, {Version: "2.3.9"}}
	newer := []versions.Release{{Version: "2.3.10"}}
	for _, tt := range []struct {
		chosen []versions.Release
		want   bool
	}{{known, false}, {known[:1], false}, {known[1:], false}, {known[:2], true}, {known[2:], false}, {newer, false}, {nil, false}} {
		if got := splitsLine(known, tt.chosen); got != tt.want {
			t.Errorf("%v: %v", tt.chosen, got)
		}
	}
}

// A claim is made for every release, but where it says since when.
func TestClaimsAreMadeForReleases(t *testing.T) {
	for _, version := range []string{"2.3.5", "2.6.3"} {
		ids, err := madeFor(version)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range claims.All() {
			if want := c.Since == "" || version == "2.6.3"; slices.Contains(ids, c.ID) != want {
				t.Errorf("%s is made for %s: %v", c.ID, version, !want)
			}
		}
	}
}

func TestExitStatus(t *testing.T) {
	for _, args := range [][]string{{"dance"}, {"plan", "--colour"}, {"plan", "more"}} {
		if status := execute(context.Background(), args); status != statusUsage {
			t.Errorf("%v: status %d, want %d", args, status, statusUsage)
		}
	}
	t.Setenv("VERSION", "9.9")
	if status := execute(context.Background(), []string{"plan", "--out", t.TempDir()}); status != statusUsage {
		t.Errorf("an unknown release: status %d, want %d", status, statusUsage)
	}
}
