package report

import (
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

// pageData is what the page's script filters and lists: the results as columns
// of numbers, most of which are places in Texts. data.js reads it. Of 10,000
// results most texts are the same as others, so this is small and read at once.
type pageData struct {
	Texts      []string            `json:"texts"`
	Statuses   [][3]string         `json:"standings"` // CSS class, mark, text; from worst to best
	Claims     [][5]string         `json:"claims"`    // ID, statement, severity, remediation, chapter; in the order of reports
	Versions   []string            `json:"versions"`
	Topologies []string            `json:"topologies"`
	Groups     []string            `json:"groups"` // of each topology
	Clients    []harness.Client    `json:"clients"`
	Configured map[string][]string `json:"configured"`
	Columns    map[string][]int    `json:"columns"`
	Seconds    []float64           `json:"seconds"`
}

// data packs the results, without their evidence.
func (o overview) data(clients []harness.Client) (template.JS, error) {
	d := pageData{
		Texts: []string{}, Claims: [][5]string{}, Versions: o.versions, Topologies: o.topologies, Clients: clients,
		Configured: map[string][]string{}, Columns: map[string][]int{"standing": {}}, Seconds: []float64{},
	}
	for _, c := range columnsOf(results.Result{}) {
		d.Columns[c.name] = []int{} // there, even where there is no result
	}
	for st := range statusEnd {
		d.Statuses = append(d.Statuses, [3]string{st.kind(), marks[st], statusWords[st]})
	}
	for _, c := range o.claims {
		severity := ""
		if c.Severity > 0 {
			severity = c.Severity.String()
		}
		d.Claims = append(d.Claims, [5]string{c.ID, visible(c.Statement), severity, visible(c.Remediation), c.Chapter.String()})
	}
	for _, t := range o.topologies {
		d.Groups = append(d.Groups, groupNames[groupOf(t)])
	}
	for topology, settings := range o.results.Configured {
		for _, s := range settings {
			d.Configured[topology] = append(d.Configured[topology], visible(s))
		}
	}
	texts := textTable{at: map[string]int{}}
	for _, r := range o.results.Results {
		d.Columns["standing"] = append(d.Columns["standing"], int(statusOf(r)))
		d.Seconds = append(d.Seconds, rounded(r.Seconds))
		if r.Verdict == harness.Refuted {
			r.Finding = o.textOf(r)
		}
		for _, c := range columnsOf(r) {
			d.Columns[c.name] = append(d.Columns[c.name], texts.place(visible(c.text)))
		}
	}
	d.Texts = append(d.Texts, texts.all...)
	return asJSON(d)
}

// dataText is one text of a result, under the name that data.js knows.
type dataText struct{ name, text string }

// columnsOf returns a result's texts, always in the same order.
func columnsOf(r results.Result) []dataText {
	again := strings.Replace(r.Reproduce, "VERSION="+r.Version+" TOPOLOGY="+r.Topology, cellMark, 1) // the same text in every cell
	return []dataText{
		{"claim", r.Claim}, {"case", r.Case}, {"version", r.Version}, {"topology", r.Topology}, {"client", string(r.Client)},
		{"port", string(r.Port)}, {"identity", r.Identity}, {"attempt", r.Attempt}, {"want", inWords(r.Want)}, {"saw", inWords(r.Saw)},
		{"reason", r.Explained()}, {"known", r.Known}, {"remark", r.Remark}, {"finding", r.Finding}, {"again", again},
		{"server_version", r.ServerVersion}, {"digest", r.Digest}, {"provider", r.Provider},
	}
}

// cellMark is the placeholder of the cell in a command.
const cellMark = "{cell}"

// textTable keeps each text once.
type textTable struct {
	all  []string
	at   map[string]int
	size int // bytes of all texts, as JSON
}

func (t *textTable) place(text string) int {
	i, known := t.at[text]
	if !known {
		i = len(t.all)
		t.at[text] = i
		t.all = append(t.all, text)
		quoted, _ := json.Marshal(text) // a string can always be encoded
		t.size += len(quoted) + 1
	}
	return i
}

func rounded(seconds float64) float64 { return math.Round(seconds*1e6) / 1e6 }

// asJSON encodes what goes into a script element. encoding/json escapes <, >,
// &, U+2028 and U+2029, so that no text can end the element.
func asJSON(v any) (template.JS, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode data of the page: %w", err)
	}
	return template.JS(text), nil
}
