package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/providers"
	"milvus-tls-e2e/harness/features"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/probe"
	"milvus-tls-e2e/suites/topologies"
)

// defaultStop is more than the 14 s that a real 2.3.5 takes to stop, and less than Kubernetes'
// 30 s, which would only prolong the wait for a 2.2.16 that never stops.
const defaultStop = 20 * time.Second

// mostStop bounds the operator's patience.
const mostStop = 10 * time.Minute

// readUpgrade reads the variables of an upgrade: FROM and TO each name one known release;
// FROM_BIN and MILVUS_BIN replace them.
func readUpgrade() (settings, error) {
	s, err := readSettings()
	if err != nil {
		return s, err
	}
	s.upgrade, s.downgrade, s.stop = true, os.Getenv("DOWNGRADE") != "", defaultStop
	if text := os.Getenv("STOP"); text != "" {
		if s.stop, err = time.ParseDuration(text); err != nil || s.stop <= 0 || s.stop > mostStop {
			return s, fmt.Errorf("STOP=%s: it is how long a server may take to end after SIGTERM, such as 20s, up to %s", text, mostStop)
		}
	}
	if s.rolling && os.Getenv("TOPOLOGY") == "" {
		s.topologies = encryptedClusters()
	}
	if err := s.upgradable(); err != nil {
		return s, err
	}
	known, err := versions.All()
	if err != nil {
		return s, err
	}
	s.from = programOf("FROM")
	from, to := os.Getenv("FROM"), os.Getenv("TO")
	switch {
	case os.Getenv("VERSION") != "":
		return s, errors.New("VERSION= does not apply to an upgrade: name its two releases with FROM= and TO=")
	case from == "" && s.from == nil || to == "" && s.program == nil:
		return s, errors.New("an upgrade needs FROM= and TO=, such as FROM=2.2.16 TO=2.3.5; FROM_BIN= and MILVUS_BIN= replace them")
	case from != "" && s.from != nil:
		return s, fmt.Errorf("FROM=%s and FROM_BIN=%s both say what to upgrade from: give one", from, s.from.Bin)
	case s.from == nil && os.Getenv("FROM_LIB")+os.Getenv("FROM_CONFIGS") != "":
		return s, errors.New("FROM_LIB= and FROM_CONFIGS= are the folders of FROM_BIN=, which is not given")
	case to != "" && s.program != nil:
		return s, fmt.Errorf("TO=%s and MILVUS_BIN=%s both say what to upgrade to: give one", to, s.program.Bin)
	}
	s.versions = nil
	for _, name := range []struct{ variable, value, instead string }{{"FROM", from, "FROM_BIN"}, {"TO", to, "MILVUS_BIN"}} {
		if name.value == "" {
			continue
		}
		found, err := chooseVersion(known, name.value)
		if err != nil || s.lacks(found) {
			return s, fmt.Errorf("%s=%s is not one release that %s: these are %s; %s= stands in for %s=",
				name.variable, name.value, s.upgradesAs(), strings.Join(versions.Numbers(s.upgradesOf(known)), ", "), name.instead, name.variable)
		}
		s.versions = append(s.versions, found)
	}
	if len(s.versions) == 2 {
		if _, err := s.ordered(s.versions[0].Version, s.versions[1].Version); err != nil {
			return s, err // before anything is downloaded
		}
	}
	s.byName = true
	s.narrowed = true // an upgrade leaves topologies and clients out in any case
	return s, nil
}

// encryptedClusters are the topologies that a rolling upgrade is judged in: those of
// clusters that serve TLS.
func encryptedClusters() (names []string) {
	for _, t := range topologies.All() {
		if t.Cluster && t.TLS() {
			names = append(names, t.Name)
		}
	}
	return names
}

// lacks reports whether an upgrade cannot have a release: none of the providers that it
// may be judged with deploys it.
func (s settings) lacks(v versions.Release) bool {
	return !slices.ContainsFunc(s.candidates(providers.All), func(p deploy.Registration) bool { return p.Deploys(s.request(), v) })
}

// upgradesOf returns the known releases that an upgrade can be from and to.
func (s settings) upgradesOf(known []versions.Release) []versions.Release {
	return slices.DeleteFunc(slices.Clone(known), s.lacks)
}

// upgradesAs describes what all of them have in common.
func (s settings) upgradesAs() string {
	if p := s.candidates(providers.All); len(p) == 1 {
		return p[0].Common(s.request())
	}
	return "is known here"
}

// upgradable leaves out what no upgrade is judged with, and fails where that is
// asked for by name.
func (s *settings) upgradable() error {
	if s.shard != (plan.Shard{}) {
		return errors.New("SHARD= does not split an upgrade: TOPOLOGY= does")
	}
	var left []string
	for _, t := range topologies.All() {
		why := s.unupgradable(t)
		if why == "" || !slices.Contains(s.topologies, t.Name) {
			continue
		}
		if os.Getenv("TOPOLOGY") != "" {
			return fmt.Errorf("TOPOLOGY=%s: no upgrade is judged there: %s", t.Name, why)
		}
		left = append(left, fmt.Sprintf("left out: %s (%s)", t.Name, why))
	}
	s.topologies = slices.DeleteFunc(slices.Clone(s.topologies), func(name string) bool {
		return slices.ContainsFunc(topologies.All(), func(t harness.Topology) bool { return t.Name == name && s.unupgradable(t) != "" })
	})
	for _, c := range s.clients {
		if _, here := probe.All[c]; here {
			continue
		}
		if os.Getenv("CLIENTS") != "" {
			return fmt.Errorf("CLIENTS=%s: no upgrade is judged with this client, whose SDK `make e2e` compares on each release", c)
		}
		left = append(left, fmt.Sprintf("left out: the client %s (`make e2e` compares it on each release)", c))
	}
	s.clients = slices.DeleteFunc(slices.Clone(s.clients), func(c harness.Client) bool { return probe.All[c] == nil })
	s.left = left
	return nil
}

// unupgradable is why no upgrade is judged in a topology; "" where one is.
func (s settings) unupgradable(t harness.Topology) string {
	switch {
	case s.rolling && !t.Cluster:
		return "ROLLING=1 upgrades the components of clusters, and this server is one process"
	case s.rolling && t.Odd != (harness.Odd{}):
		return "one component is configured otherwise there, and the cluster is not meant to work"
	case s.rolling:
		return ""
	case t.Recipe != "":
		return "no SDK connects with some recipes' certificates, and the others' change nothing of an upgrade"
	case t.Cluster:
		return "a cluster is upgraded one component at a time, which ROLLING=1 asks for"
	case t.StoreTLS:
		return "2.2.16 has no object store here, so no upgrade with one can be tried"
	}
	return ""
}

// startable omits the topologies in which an upgrade's first server is known not to start or not
// to become ready: nothing can be upgraded there, and `make e2e` judges that. Requested by name,
// such a topology is an error.
func (s *settings) startable(first harness.Server) (left []string, err error) {
	has := harness.Features{}.With(first.Features...)
	keep := s.topologies[:0:0]
	for _, t := range topologies.All() {
		if !slices.Contains(s.topologies, t.Name) {
			continue
		}
		if why := unstartable(t, has); why != "" {
			left = append(left, fmt.Sprintf("left out: %s (%s %s there)", t.Name, first.Version, why))
			continue
		}
		keep = append(keep, t.Name)
	}
	if len(left) > 0 && os.Getenv("TOPOLOGY") != "" {
		return nil, fmt.Errorf("TOPOLOGY=%s: no upgrade is judged where nothing can be taken over: %s", os.Getenv("TOPOLOGY"), strings.Join(left, ", "))
	}
	s.topologies = keep
	return left, nil
}

// unstartable is what a release does instead of working in a topology; "" where it
// works.
func unstartable(t harness.Topology, has harness.Features) string {
	switch offers := (harness.Features{}).With(features.Offered(t)...); {
	case offers[harness.AnyTLS] && offers[harness.RESTShared] && has[harness.RefusesShared],
		offers[harness.OddMode] && offers[harness.RESTOn] && has[harness.RefusesMode]:
		return "does not start"
	case t.Internal.Stuck() && has[harness.HasInternalTLS]:
		return "does not become ready"
	case t.Cluster && t.Internal != harness.InternalOff && !has[harness.HasInternalTLS]:
		return "has no TLS between components, so that it is another topology's cluster"
	case t.Internal == harness.InternalEmptySNI && has[harness.HasInternalTLS]:
		return "may create no collection"
	}
	return ""
}

// steps pairs the servers: which is upgraded to which.
func (s settings) steps(servers []harness.Server) (*plan.Upgrade, error) {
	if !s.upgrade {
		return nil, nil
	}
	down, err := s.ordered(servers[0].Version, servers[1].Version)
	if err != nil {
		return nil, err
	}
	u := &plan.Upgrade{From: servers[0].Version, To: servers[1].Version, Down: down, Rolling: s.rolling, Stop: s.stop.Seconds()}
	if s.rolling {
		if err := alike(servers[0], servers[1]); err != nil {
			return nil, err
		}
	}
	return u, documented(u)
}

// alike fails where clusters of two servers consist of other components.
func alike(from, to harness.Server) error {
	of := func(s harness.Server) []milvus.Component {
		return milvus.Components(harness.Features{}.With(s.Features...), harness.Topology{Cluster: true})
	}
	if slices.Equal(of(from), of(to)) {
		return nil
	}
	return fmt.Errorf("ROLLING=1: a cluster of %s consists of other components than one of %s, and what takes whose place is not documented step by step", to.Version, from.Version)
}

// documented adds the documentation's statements about an upgrade.
func documented(u *plan.Upgrade) error {
	steps, err := fixtures.Steps()
	if err != nil {
		return err
	}
	from, to := semver.MustParse(u.From), semver.MustParse(u.To)
	if u.Down {
		u.Returns = fixtures.Returns(steps, to, from)
		return nil
	}
	u.Skipped, u.Returns = fixtures.Skipped(steps, from, to), fixtures.Returns(steps, from, to)
	return nil
}

// ordered reports whether one version to the other is a downgrade, and fails
// where that is not what was asked for.
func (s settings) ordered(one, other string) (down bool, err error) {
	from, err := semver.NewVersion(one)
	if err != nil {
		return false, fmt.Errorf("read version %q: %w", one, err)
	}
	to, err := semver.NewVersion(other)
	if err != nil {
		return false, fmt.Errorf("read version %q: %w", other, err)
	}
	switch {
	case from.Equal(to):
		return false, fmt.Errorf("%s is what it would be upgraded from and to: name two releases", from)
	case to.LessThan(from) && !s.downgrade:
		return false, fmt.Errorf("%s is older than %s: that is a downgrade, which DOWNGRADE=1 asks for", to, from)
	case from.LessThan(to) && s.downgrade:
		return false, fmt.Errorf("DOWNGRADE=1, but %s is newer than %s: leave it out", to, from)
	}
	return to.LessThan(from), nil
}
