package plan

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/start"
)

// planOf plans two claims for a slow and a fast release in five topologies, of
// which mode-0 has many cases that need a start of their own.
func planToShard(t *testing.T) Plan {
	t.Helper()
	names := strings.Fields("mode-0 mode-1 mode-1-auth mode-2 mode-2-auth")
	var topologies []harness.Topology
	for _, n := range names {
		topologies = append(topologies, harness.Topology{Name: n, Mode: int(n[5] - '0'), Users: strings.HasSuffix(n, "auth")})
	}
	starts := harness.Claim{ID: "starts", Needs: []harness.Feature{harness.Mode0}}
	for _, n := range strings.Fields("a b c d") {
		starts.Cases = append(starts.Cases, harness.Case{Name: n, Want: start.NotStarted, Check: start.Check{}})
	}
	made, err := New(Inputs{
		Servers: []harness.Server{
			{Version: "2.2.16", Boots: 7, Claims: []string{"a", "starts"}, Where: map[string]string{"bin": "/x"}},
			{Version: "2.3.5", Boots: 2, Claims: []string{"a", "starts"}},
		},
		Topologies: names, Clients: []harness.Client{harness.Raw, harness.Go},
	}, []harness.Claim{claimsForPlan()[0], starts}, topologies)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestShardsAreThePlan(t *testing.T) {
	whole := planToShard(t)
	for count := 1; count <= len(whole.Cells); count++ {
		cells, cases := map[harness.Cell]int{}, map[string]int{}
		for i := 1; i <= count; i++ {
			part, err := whole.Part(Shard{i, count})
			if err != nil {
				t.Fatal(err)
			}
			if len(part.Cells) == 0 {
				t.Errorf("shard %d/%d is empty", i, count)
			}
			for _, c := range part.Cells {
				cells[c]++
				if !slices.ContainsFunc(part.Servers, func(s harness.Server) bool { return s.Version == c.Version }) {
					t.Errorf("shard %d/%d lacks the server of %s", i, count, c)
				}
			}
			for _, p := range part.Cases {
				cases[p.ID()]++
				if !slices.Contains(part.Cells, p.Cell) {
					t.Errorf("shard %d/%d has %s without its cell", i, count, p.ID())
				}
			}
			again, err := planToShard(t).Part(Shard{i, count})
			if err != nil || !reflect.DeepEqual(part, again) {
				t.Errorf("shard %d/%d is another part the second time (%v)", i, count, err)
			}
		}
		if len(cells) != len(whole.Cells) || len(cases) != len(whole.Cases) ||
			slices.Max(slices.Collect(maps.Values(cells))) > 1 || slices.Max(slices.Collect(maps.Values(cases))) > 1 {
			t.Errorf("%d shards: %d cells and %d cases, of %d and %d", count, len(cells), len(cases), len(whole.Cells), len(whole.Cases))
		}
	}
}

// 2.2.16's mode-0 takes 35 s, its other cells 28 s together, and those of 2.3.5
// 18 s: two shards of about 40 s.
func TestShardsTakeAboutAsLong(t *testing.T) {
	whole := planToShard(t)
	var seconds []float64
	for i := 1; i <= 2; i++ {
		part, err := whole.Part(Shard{i, 2})
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, c := range part.Cells {
			boots := map[string]float64{"2.2.16": 7, "2.3.5": 2}[c.Version]
			if sum += boots; c.Topology == "mode-0" {
				sum += 4 * boots
			}
		}
		seconds = append(seconds, sum)
	}
	if d := seconds[0] - seconds[1]; d > 7 || d < -7 {
		t.Errorf("the shards boot for %v s", seconds)
	}
}

func TestPartOfTooFewCells(t *testing.T) {
	if _, err := planToShard(t).Part(Shard{11, 11}); err == nil || !strings.Contains(err.Error(), "at most 10 shards") {
		t.Errorf("got %v", err)
	}
}

func TestParseShard(t *testing.T) {
	if s, err := ParseShard("2/4"); err != nil || s != (Shard{2, 4}) || s.String() != "2/4" {
		t.Errorf("2/4: %v, %v", s, err)
	}
	for _, text := range []string{"", "2", "0/4", "5/4", "1/0", "-1/4", "a/b", "1/2/3", "1 /2"} {
		if _, err := ParseShard(text); err == nil || !strings.Contains(err.Error(), "INDEX/COUNT") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if text := (Shard{}).String(); text != "" {
		t.Errorf("the whole plan is shard %q", text)
	}
}

func TestMarkIsOfWhatIsPlanned(t *testing.T) {
	mark := func(change func(*Plan)) Fingerprint {
		p := planToShard(t)
		change(&p)
		m, err := p.Fingerprint()
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	same := mark(func(*Plan) {})
	for name, change := range map[string]func(*Plan){
		"its shard":              func(p *Plan) { p.Shard = Shard{1, 2} },
		"where the servers lie":  func(p *Plan) { p.Servers[0].Where = map[string]string{"bin": "/y"} },
		"having been read again": func(p *Plan) { text, _ := json.Marshal(p); *p = Plan{}; _ = json.Unmarshal(text, p) },
	} {
		if m := mark(change); !reflect.DeepEqual(m, same) {
			t.Errorf("%s makes it another plan", name)
		}
	}
	told := func(p *Plan) { p.Unconfirmed = []string{"nobody has confirmed it"} }
	if m := mark(told); !reflect.DeepEqual(m.Unconfirmed, []string{"nobody has confirmed it"}) {
		t.Errorf("results keep %q of what nobody has confirmed", m.Unconfirmed)
	}
	for name, change := range map[string]func(*Plan){
		"a server": func(p *Plan) { p.Servers[1].Digest = "ff" },
		"a case":   func(p *Plan) { p.Cases[0].Want = harness.Answered },
		"a reason": func(p *Plan) { p.Cases[1].Reason = "why not" },
		"a client": func(p *Plan) { p.Clients = p.Clients[:1] },
	} {
		if mark(change).Digest == same.Digest {
			t.Errorf("another %s leaves it the same plan", name)
		}
	}
}
