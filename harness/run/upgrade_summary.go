package run

import (
	"fmt"
	"strings"

	"milvus-tls-e2e/harness/connection"
)

func gapped(g connection.Outage) string {
	return fmt.Sprintf("%s: not served for %.1f s (%s)", g.Client, g.Refused, g.ErrorsSummary())
}

// closing is the one sentence that a topology's upgrade ends with.
func (p *upgradeRun) closing() string {
	switch {
	case p.skip != "":
		return "not upgraded: " + p.skip
	case p.err != nil:
		return "not upgraded: " + p.err.Error()
	case p.next.failed != nil || !p.next.boot.Ready:
		return fmt.Sprintf("%s %s; %s %s", p.From, p.halt, p.To, p.next.startSummary())
	case p.read != nil:
		return fmt.Sprintf("%s %s; %s is ready and cannot be read: %v", p.From, p.halt, p.To, p.read)
	}
	t := p.transition()
	p.after.Since(p.before, t.Differ)
	kept := "all as before"
	if n := len(t.Differences) + t.More; n > 0 {
		kept = fmt.Sprintf("%d not as before", n)
	}
	parts := []string{
		fmt.Sprintf("upgraded in %.1f s besides stopping and loading", p.took),
		fmt.Sprintf("%s %s", p.From, p.halt),
		fmt.Sprintf("%s ready after %.1f s, and loaded %.1f s later", p.To, t.Boot, t.Loading),
		fmt.Sprintf("%s compared, %s", p.comparisons(), kept),
	}
	if t.Settling > 0 {
		parts = append(parts, fmt.Sprintf("it took new collections %.1f s after that", t.Settling))
	}
	for _, g := range p.gaps {
		parts = append(parts, fmt.Sprintf("%s: not served for %.1f s", g.Client, g.Refused))
	}
	return strings.Join(parts, "; ")
}

// comparisons says what was read on both sides.
func (p *upgradeRun) comparisons() string {
	if p.engineless() != "" {
		return fmt.Sprintf("%d collections", len(p.before.Schemas))
	}
	return fmt.Sprintf("%d rows and %d searches", len(p.before.Rows), len(p.before.Hits))
}
