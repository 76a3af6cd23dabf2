package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/results"
)

// Bounds that keep a page of 10,000 results under 5 MB. results.json has what they omit, and the
// page notes the omission.
const (
	maxPage       = 4500 << 10 // bytes of a page's data and matrix, not counting its findings
	bytesOfSquare = 160        // of a matrix
	maxText       = 8 << 10    // bytes of one text of evidence
)

// evidencePacker packs evidence so that what repeats is there once. A text is a
// place in Texts, a number {"n": 1.5}, a list {"l": […]}, and an object an array
// that begins with a place in Shapes, which holds its keys. data.js unpacks it,
// and knows no key: evidence that later harnesses add is shown too.
type evidencePacker struct {
	Texts   []string   `json:"texts"`
	Shapes  [][]string `json:"shapes"`
	Results []any      `json:"results"` // null where there is none, 0 where there is no room

	texts  textTable
	shapes map[string]int
	size   int // bytes of Results
}

// packEvidence packs the evidence of results: first of those that are not
// confirmed, then of the others, as far as there is room, which is in bytes.
func packEvidence(results []results.Result, room int) (template.JS, error) {
	p := evidencePacker{Results: make([]any, len(results)), texts: textTable{at: map[string]int{}}, shapes: map[string]int{}}
	for _, confirmed := range []bool{false, true} {
		for i, r := range results {
			if r.Evidence == nil || (r.Verdict == harness.Confirmed) != confirmed {
				continue
			}
			if p.size+p.texts.size > room {
				p.Results[i] = 0
				continue
			}
			if err := p.add(i, r.Evidence); err != nil {
				return "", fmt.Errorf("pack evidence of %s %s/%s: %w", r.Cell(), r.Claim, r.Case, err)
			}
		}
	}
	p.Texts = p.texts.all
	return asJSON(p)
}

func (p *evidencePacker) add(i int, e *harness.Evidenced) error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if p.Results[i], err = p.value(dec); err != nil {
		return err
	}
	packed, err := json.Marshal(p.Results[i])
	p.size += len(packed) + 1
	return err
}

func (p *evidencePacker) value(dec *json.Decoder) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '[' {
			return p.list(dec)
		}
		return p.object(dec)
	case string:
		return p.texts.place(shortened(visible(v))), nil
	case json.Number:
		n, err := v.Float64()
		return map[string]float64{"n": rounded(n)}, err
	}
	return token, nil // true, false, null
}

func (p *evidencePacker) list(dec *json.Decoder) (any, error) {
	all := []any{}
	for dec.More() {
		v, err := p.value(dec)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	_, err := dec.Token()
	return map[string]any{"l": all}, err
}

func (p *evidencePacker) object(dec *json.Decoder) (any, error) {
	var keys []string
	packed := []any{0}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		v, err := p.value(dec)
		if err != nil {
			return nil, err
		}
		keys, packed = append(keys, fmt.Sprint(key)), append(packed, v)
	}
	name := strings.Join(keys, "\x00")
	shape, known := p.shapes[name]
	if !known {
		shape = len(p.Shapes)
		p.shapes[name] = shape
		p.Shapes = append(p.Shapes, slices.Clone(keys))
	}
	packed[0] = shape
	_, err := dec.Token()
	return packed, err
}

// shortened cuts a text that is too long for the page, and marks the cut.
func shortened(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText], "") + fmt.Sprintf("… (%d more bytes in results.json)", len(text)-maxText)
}
