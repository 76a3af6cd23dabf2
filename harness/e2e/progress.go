package e2e

import (
	"fmt"
	"io"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/upgrade"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/results"
	"milvus-tls-e2e/harness/run"
)

// A progress prints the progress of a run.
type progress struct {
	mu    sync.Mutex
	w     io.Writer
	begin time.Time
	cells int
	done  int
}

func (s *progress) start(made plan.Plan, kind isolate.Kind) {
	for _, cell := range made.Cells { // the others are settled without a server
		if slices.ContainsFunc(made.Cases, func(p plan.Planned) bool { return p.Cell == cell && p.Reason == "" }) {
			s.cells++
		}
	}
	for _, server := range made.Servers {
		fmt.Fprintf(s.w, "Milvus %s (%s), storage %s\n", server.Version, server.ServerVersion, server.Storage)
	}
	fmt.Fprintf(s.w, "isolation: %s\n", kind)
	fmt.Fprintln(s.w, "TLS modes: 0 has no TLS; in 1 the server shows a certificate; in 2 clients show one too")
	fmt.Fprintf(s.w, "every server is configured with %s, so that it can be judged\n", strings.Join(milvus.Adjusted(made.Upgrade != nil, made.Servers), ", "))
}

func (s *progress) event(e run.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := time.Since(s.begin).Seconds()
	switch e.What {
	case "booting", "ready":
	case "judged":
		s.done++
		fmt.Fprintf(s.w, "[%5.1f s] %2d/%d %-26s %s\n", at, s.done, s.cells, e.Cell, tally(e.Results))
	default:
		fmt.Fprintf(s.w, "[%5.1f s]       %-26s %s\n", at, e.Cell, e.What)
	}
}

func tally(all []results.Result) string {
	n := results.Results{Results: all}.Count()
	var parts []string
	for _, v := range []harness.Verdict{harness.Confirmed, harness.Refuted, harness.Inconclusive, harness.Unjudged} {
		if n[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[v], v))
		}
	}
	return strings.Join(parts, ", ")
}

func (r *Run) reproduce(p plan.Planned) string {
	command := "make e2e"
	if r.Plan.Upgrade != nil {
		command = "make upgrade"
	}
	if r.Again != "" {
		command += " " + r.Again
	}
	if r.Plan.Upgrade == nil && !strings.Contains(r.Again, "MILVUS_BIN=") { // FROM and TO name it
		command += " VERSION=" + p.Cell.Version
	}
	command += " TOPOLOGY=" + p.Cell.Topology
	if p.Attempt == (upgrade.Check{Aspect: upgrade.AspectVerdicts}).String() {
		return command // it compares the verdicts of all others
	}
	command += " LABELS=" + p.Claim
	if p.Case != plan.AllCases {
		// In a shell no quote ends within quotes: a dot matches it too.
		command += " FOCUS='" + strings.ReplaceAll(regexp.QuoteMeta(p.Case), "'", ".") + "$'"
	}
	return command
}

func machine() string {
	return fmt.Sprintf("%s/%s, %d cores, %d GB", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), run.Memory()>>30)
}

// spent returns the runner's peak memory in MB, and the seconds of processor
// time that it and the servers that it started have spent.
func spent() (peak, own, servers float64) {
	var self, children unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &self) != nil || unix.Getrusage(unix.RUSAGE_CHILDREN, &children) != nil {
		return 0, 0, 0
	}
	seconds := func(u unix.Rusage) float64 {
		return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	}
	return float64(self.Maxrss) / 1024, seconds(self), seconds(children)
}
