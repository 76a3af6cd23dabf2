package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/providers"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/suites/topologies"
)

type settings struct {
	versions   []versions.Release // releases to judge; empty with bin
	byName     bool               // VERSION asks for them
	provider   string             // "", or the one that is asked for
	topologies []string
	clients    []harness.Client
	narrowed   bool
	chains     bool // every client chain, and not a sample
	shard      plan.Shard
	storage    string // "", "object" or "local"

	program *deploy.Program // to judge, where one is given

	upgrade   bool
	from      *deploy.Program // to upgrade from, where one is given
	downgrade bool
	rolling   bool          // components are replaced one after the other
	stop      time.Duration // between SIGTERM and SIGKILL
	left      []string      // what an upgrade leaves out, and why: one line each
}

func readSettings() (settings, error) {
	s := settings{storage: os.Getenv("STORAGE"), provider: os.Getenv("PROVIDER"), program: programOf("MILVUS"), chains: os.Getenv("CHAINS") == "all", rolling: os.Getenv("ROLLING") != ""}
	if _, known := providers.Named(s.provider); s.provider != "" && !known {
		return s, fmt.Errorf("unknown PROVIDER=%s: it is %s", s.provider, providers.Names())
	}
	if text := os.Getenv("CHAINS"); text != "" && text != "all" {
		return s, fmt.Errorf("unknown CHAINS=%s: it is all", text)
	}
	s.byName = len(list("VERSION")) > 0
	if s.storage != "" && s.storage != "local" && s.storage != "object" {
		return s, fmt.Errorf("unknown STORAGE=%s: it is local or object", s.storage)
	}
	known, err := versions.All()
	if err != nil {
		return s, err
	}
	if s.versions, err = chooseVersions(known, list("VERSION")); err != nil {
		return s, err
	}
	if s.program != nil {
		s.versions = nil
	}
	s.topologies = topologies.Default()
	if len(list("TOPOLOGY")) > 0 {
		if s.topologies, err = choose("TOPOLOGY", topologies.Names()); err != nil {
			return s, err
		}
	}
	clients, err := choose("CLIENTS", names(harness.Clients))
	if err != nil {
		return s, err
	}
	for _, c := range clients {
		s.clients = append(s.clients, harness.Client(c))
	}
	// The raw client is the control of every other: a run without it could
	// confirm nothing.
	if !slices.Contains(s.clients, harness.Raw) {
		s.clients = append([]harness.Client{harness.Raw}, s.clients...)
	}
	if text := os.Getenv("SHARD"); text != "" {
		if s.shard, err = plan.ParseShard(text); err != nil {
			return s, fmt.Errorf("SHARD: %w", err)
		}
		if os.Getenv("BASE") != "" {
			return s, fmt.Errorf("BASE is for a whole run: compare when the shards are joined (make merge BASE=)")
		}
	}
	s.narrowed = s.program != nil || os.Getenv("TOPOLOGY")+os.Getenv("CLIENTS") != "" || splitsLine(known, s.versions)
	return s, nil
}

func programOf(start string) *deploy.Program {
	p := deploy.Program{Variable: start + "_BIN", Bin: os.Getenv(start + "_BIN"), Lib: os.Getenv(start + "_LIB"), Configs: os.Getenv(start + "_CONFIGS")}
	if p.Bin == "" {
		return nil
	}
	return &p
}

func (s settings) request() deploy.Request {
	return deploy.Request{
		Clusters: slices.ContainsFunc(topologies.All(), func(t harness.Topology) bool { return t.Cluster && slices.Contains(s.topologies, t.Name) }),
		Releases: s.versions, Before: s.from, After: s.program, Upgrade: s.upgrade, Storage: s.storage, Variable: os.Getenv, Log: os.Stderr,
	}
}

// splitsLine reports whether a line is judged without its newest release, which
// settles what is known of the line.
func splitsLine(known, chosen []versions.Release) bool {
	return slices.ContainsFunc(versions.Newest(known), func(newest versions.Release) bool {
		judged, settled := false, false
		for _, v := range chosen {
			if milvus.Line(v.Version) == milvus.Line(newest.Version) {
				judged = true
				settled = settled || !semver.MustParse(v.Version).LessThan(semver.MustParse(newest.Version))
			}
		}
		return judged && !settled
	})
}

func names(clients []harness.Client) []string {
	var all []string
	for _, c := range clients {
		all = append(all, string(c))
	}
	return all
}

func list(variable string) []string {
	var words []string
	for _, w := range strings.Split(os.Getenv(variable), ",") {
		if w = strings.TrimSpace(w); w != "" {
			words = append(words, w)
		}
	}
	return words
}

// choose returns the known names that a variable lists, or all without it. A trailing * matches
// any rest.
func choose(variable string, known []string) ([]string, error) {
	wanted := list(variable)
	if len(wanted) == 0 {
		return known, nil
	}
	var chosen []string
	for _, w := range wanted {
		meant := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return !means(w, k) })
		if chosen = append(chosen, meant...); len(meant) == 0 {
			return nil, fmt.Errorf("unknown %s=%s: known are %s", variable, w, strings.Join(known, ", "))
		}
	}
	return slices.DeleteFunc(slices.Clone(known), func(k string) bool { return !slices.Contains(chosen, k) }), nil
}

func means(wanted, name string) bool {
	beginning, open := strings.CutSuffix(wanted, "*")
	return wanted == name || open && strings.HasPrefix(name, beginning)
}

// chooseVersions returns the releases that are wanted, each by its version, which
// needs no file of its own, or by its line, for the line's newest. Where none is
// asked for it gives the newest of every line.
func chooseVersions(known []versions.Release, wanted []string) ([]versions.Release, error) {
	if len(wanted) == 0 {
		return versions.Newest(known), nil
	}
	var chosen []versions.Release
	for _, w := range wanted {
		v, err := chooseVersion(known, w)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(chosen, func(c versions.Release) bool { return c.Version == v.Version }) {
			chosen = append(chosen, v)
		}
	}
	return chosen, nil
}

func chooseVersion(known []versions.Release, wanted string) (versions.Release, error) {
	newest := versions.Newest(known)
	for _, v := range newest {
		if milvus.Line(v.Version) == wanted {
			return v, nil
		}
	}
	if v, err := semver.StrictNewVersion(wanted); err != nil || v.Prerelease()+v.Metadata() != "" || v.LessThan(semver.MustParse(known[0].Version)) {
		var lines []string
		for _, n := range newest {
			lines = append(lines, milvus.Line(n.Version))
		}
		return versions.Release{}, fmt.Errorf("unknown VERSION=%s: it is a line (%s), or a release such as %s from %s on; MILVUS_BIN= takes any server",
			wanted, strings.Join(lines, ", "), newest[len(newest)-1].Version, known[0].Version)
	}
	return versions.Find(known, wanted)
}
