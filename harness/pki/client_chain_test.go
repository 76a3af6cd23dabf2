package pki

import (
	"strings"
	"testing"
)

func TestClientChains(t *testing.T) {
	t.Parallel()
	cases, err := chainCases()
	if err != nil || len(cases) < 9500 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	w := sharedCerts(t)
	some, err := w.ClientChains(300)
	if err != nil || len(some) != 300 {
		t.Fatalf("a sample of %d, %v", len(some), err)
	}
	seen, graphs, accepted := map[string]bool{}, 0, 0
	for _, c := range some {
		err := c.Accepts()
		if err == nil {
			accepted++
		}
		if seen[c.Name] {
			t.Errorf("%s is there twice", c.Name)
		}
		seen[c.Name] = true
		if c.Reachable == "" {
			continue
		}
		// A graph says by itself whether there is a path, and this Go finds those and no other.
		if graphs++; (err == nil) != (c.Reachable == PathThere) {
			t.Errorf("%s: the graph has %s, and crypto/x509 says %v", c.Name, c.Reachable, err)
		}
	}
	if graphs < 80 || accepted < 50 || accepted > 250 {
		t.Errorf("%d graphs, %d accepted", graphs, accepted)
	}
}

// What earlier releases do otherwise was seen of them, one by one.
func TestAcceptsAsEarlierReleases(t *testing.T) {
	t.Parallel()
	w := sharedCerts(t)
	all, err := w.ClientChains(0)
	if err != nil {
		t.Fatal(err)
	}
	differ := map[string][]string{}
	for _, c := range all {
		if !strings.HasPrefix(c.Name, lostPath) && !strings.Contains(c.Name, "name [6]") {
			continue
		}
		now := c.Accepts()
		for _, release := range []string{"1.18.3", "1.20.4", "1.25.11", "1.26.0", ""} {
			differs, then := w.AcceptsAs(release, c)
			if differs != ((then == nil) != (now == nil)) {
				t.Errorf("%s: Go %s says %v, this one %v, and they differ: %t", c.Name, release, then, now, differs)
			}
			if differs {
				differ[release] = append(differ[release], c.Name)
			}
		}
	}
	for release, want := range map[string]int{"1.18.3": 15, "1.20.4": 14, "1.25.11": 14, "1.26.0": 0, "": 0} {
		if len(differ[release]) != want {
			t.Errorf("Go %s: %d chains, want %d: %s", release, len(differ[release]), want, differ[release])
		}
	}
}
