package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"milvus-tls-e2e/harness"
)

// A Shard is one part of a plan that several runs share: part Index of Count,
// counted from 1. The zero Shard is the whole plan.
type Shard struct {
	Index int `json:"index"`
	Count int `json:"count"`
}

// ParseShard reads a shard as people write it: "2/4".
func ParseShard(text string) (Shard, error) {
	index, count, cut := strings.Cut(text, "/")
	i, errIndex := strconv.Atoi(index)
	n, errCount := strconv.Atoi(count)
	if !cut || errors.Join(errIndex, errCount) != nil || i < 1 || i > n {
		return Shard{}, fmt.Errorf("%q is no shard: it is written INDEX/COUNT, from 1/4 to 4/4", text)
	}
	return Shard{Index: i, Count: n}, nil
}

// String returns the shard as people write it; "" for the whole plan.
func (s Shard) String() string {
	if s == (Shard{}) {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Count)
}

// Part returns the part of a plan that a shard judges: its cells with their
// servers and their cases, in the plan's order. The split is by cell, balanced
// by how long a cell takes, and depends on the plan alone. More shards than
// cells are an error.
func (p Plan) Part(s Shard) (Plan, error) {
	if s == (Shard{}) {
		return p, nil
	}
	if s.Count > len(p.Cells) {
		return Plan{}, fmt.Errorf("shard %s: the plan has %d cells, so there are at most %d shards", s, len(p.Cells), len(p.Cells))
	}
	mine := p.split(s.Count)
	is := func(c harness.Cell) bool { return mine[c] == s.Index }
	part := p
	part.Servers, part.Cells, part.Cases = nil, nil, nil
	for _, c := range p.Cells {
		if is(c) {
			part.Cells = append(part.Cells, c)
		}
	}
	for _, server := range p.Servers {
		if slices.ContainsFunc(part.Cells, func(c harness.Cell) bool { return c.Version == server.Version }) {
			part.Servers = append(part.Servers, server)
		}
	}
	for _, x := range p.Cases {
		if is(x.Cell) {
			part.Cases = append(part.Cases, x)
		}
	}
	return part, nil
}

// caseSeconds is what a case takes apart from boots: 3700 take about 10 s.
const caseSeconds = 0.003

// split assigns each cell a shard: the longest first, each to the shard that
// has least to do so far.
func (p Plan) split(count int) map[harness.Cell]int {
	takes := map[harness.Cell]float64{}
	for _, server := range p.Servers {
		for _, x := range p.Cases {
			if x.Cell.Version != server.Version || x.Reason != "" {
				continue
			}
			if takes[x.Cell] == 0 {
				takes[x.Cell] = server.Boots
			}
			takes[x.Cell] += caseSeconds
			if x.Want.Starts() {
				takes[x.Cell] += server.Boots
			}
		}
	}
	cells := slices.Clone(p.Cells)
	slices.SortStableFunc(cells, func(a, b harness.Cell) int { return cmp.Compare(takes[b], takes[a]) })
	shard := make(map[harness.Cell]int, len(cells))
	type load struct {
		seconds float64
		cells   int
	}
	loads := make([]load, count)
	for _, c := range cells {
		least := 0
		for i, l := range loads {
			if cmp.Or(cmp.Compare(l.seconds, loads[least].seconds), cmp.Compare(l.cells, loads[least].cells)) < 0 {
				least = i
			}
		}
		shard[c] = least + 1
		loads[least].seconds += takes[c]
		loads[least].cells++
	}
	return shard
}

// A Fingerprint identifies the plan that results are of, so that shards of one plan are
// recognised and joined in its order.
type Fingerprint struct {
	Digest   string         `json:"digest"`   // SHA-256 over all that is planned, wherever the servers lie
	Narrowed bool           `json:"narrowed"` // something of a judged release line was left out
	Cells    []harness.Cell `json:"cells"`    // of the whole plan, in its order
	Cases    int            `json:"cases"`    // how many results the whole plan has
	// Limits of the verdicts on these releases, one sentence each.
	Unconfirmed []string `json:"unconfirmed,omitempty"`
}

// Fingerprint returns the plan's mark. Call it on the whole plan: it is the same for
// every shard, and on every machine that has the same servers and tools.
func (p Plan) Fingerprint() (Fingerprint, error) {
	p.Shard = Shard{}
	p.Servers = slices.Clone(p.Servers)
	for i := range p.Servers {
		p.Servers[i].Where = nil
	}
	text, err := json.Marshal(p)
	if err != nil {
		return Fingerprint{}, fmt.Errorf("mark plan: %w", err)
	}
	sum := sha256.Sum256(text)
	return Fingerprint{Digest: hex.EncodeToString(sum[:]), Narrowed: p.Narrowed, Cells: p.Cells, Cases: len(p.Cases), Unconfirmed: p.Unconfirmed}, nil
}
