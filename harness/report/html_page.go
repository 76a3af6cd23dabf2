package report

import (
	"fmt"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

func newPage(o overview) (page, error) {
	p := page{
		Run: o.results.Run, Started: o.results.Run.Started.UTC().Format("2006-01-02 15:04:05 MST"),
		Red: o.results.Red(), Settled: settled(o.results), Counted: counted(o.results),
		Tally: tally(o.results), Findings: o.bySeverity(),
		Remarks: remarks(o.results.Results), Stale: o.results.Stale, Silent: o.silent,
		Topologies: o.topologies, Clients: clientsOf(o.results.Results), Claims: o.claims, Matrix: o.matrix(), assets: pageAssets,
	}
	p.Phases, p.Audit = o.phases(p.Findings), o.audit()
	p.Summary, p.Legend = summary(p.Findings), legend(o.findings())
	if n := o.results.Count(); n[harness.Inconclusive]+n[harness.Unjudged] > 0 {
		p.Unproven = plural(n[harness.Inconclusive]+n[harness.Unjudged], "case")
	}
	for _, r := range red(o.results) {
		if len(p.Unexpected) == maxListed {
			p.UnexpectedMore++
			continue
		}
		p.Unexpected = append(p.Unexpected, newPageResult(r))
	}
	for _, version := range o.versions {
		p.Versions = append(p.Versions, o.version(version))
	}
	var err error
	if p.Data, err = o.data(p.Clients); err != nil {
		return page{}, err
	}
	room := maxPage - len(p.Data) - bytesOfSquare*len(o.claims)*len(o.versions)*len(o.topologies)
	p.Evidence, err = packEvidence(o.results.Results, room)
	return p, err
}

// summary counts the findings, by severity and how many of them are new: a run without surprises
// has findings too.
func summary(found []pageSeverity) string {
	all, news := 0, 0
	var parts []string
	for _, s := range found {
		all += len(s.Findings)
		parts = append(parts, fmt.Sprintf("%d %s", len(s.Findings), s.Severity))
		for _, f := range s.Findings {
			if f.New > 0 {
				news++
			}
		}
	}
	switch {
	case all == 0:
		return "No claim was refuted."
	case news == 0:
		return fmt.Sprintf("%s, none of them new: %s.", plural(all, "finding"), strings.Join(parts, ", "))
	}
	return fmt.Sprintf("%s, %d of them new: %s.", plural(all, "finding"), news, strings.Join(parts, ", "))
}

func tally(r results.Results) []pageTally {
	var counts [statusEnd]int
	for _, x := range r.Results {
		counts[statusOf(x)]++
	}
	all := []pageTally{{Kind: "all", Words: "judged", Count: judged(r), Href: link("results")}}
	for st := statusEnd - 1; st > absent; st-- {
		all = append(all, pageTally{st.kind(), marks[st], statusWords[st], counts[st], link("results", "verdict", st.kind())})
	}
	return all
}

func clientsOf(results []results.Result) []harness.Client {
	var all []harness.Client
	for _, x := range results {
		if x.Client != "" && !slices.Contains(all, x.Client) {
			all = append(all, x.Client)
		}
	}
	at := func(c harness.Client) int {
		if i := slices.Index(harness.Clients, c); i >= 0 {
			return i
		}
		return len(harness.Clients)
	}
	slices.SortStableFunc(all, func(a, b harness.Client) int { return at(a) - at(b) })
	return all
}

func (o overview) version(name string) pageVersion {
	v := pageVersion{Name: name, Href: link("matrix", "version", name), Servers: o.servers(name), Topologies: len(o.columns(name))}
	var judged []results.Result
	for _, r := range o.results.Results {
		if r.Version != name {
			continue
		}
		switch st := statusOf(r); st {
		case confirmed:
			v.Confirmed++
		case refutedKnown:
			v.Known++
		case notApplicable:
			v.Outside++
			continue
		default:
			v.Unexpected++
		}
		judged = append(judged, r)
	}
	v.Clients = clientsOf(judged)
	return v
}

// servers returns the servers that a version's results came from: one, unless
// runs were merged.
func (o overview) servers(version string) []pageServer {
	var all []pageServer
	for _, r := range o.results.Results {
		s := pageServer{r.ServerVersion, r.Digest, r.Provider}
		if r.Version == version && s != (pageServer{}) && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

type pageResult struct {
	results.Result
	Mark, Words, Kind string
	Wanted, Seen      string // descriptions of the wanted and the observed outcome
	Configured        []string
}

func newPageResult(r results.Result) pageResult {
	st := statusOf(r)
	return pageResult{Result: r, Mark: marks[st], Words: statusWords[st], Kind: st.kind(), Wanted: inWords(r.Want), Seen: inWords(r.Saw)}
}

// inWords returns an outcome's description; an unknown name as it is.
func inWords(name string) string {
	var o harness.Outcome
	if o.UnmarshalText([]byte(name)) != nil {
		return name
	}
	return o.Summary()
}
