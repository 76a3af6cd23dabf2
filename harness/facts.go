package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Facts are what one check saw: no expectation is among them. A refusal is a fact. A
// probe that saw nothing returns an error instead.
type Facts interface {
	// Kind names the kind of check that sees such facts, as results.json has it.
	Kind() string
	// Outcome is what the facts show by themselves, before anybody asks whether it was
	// wanted. It is zero where they leave that open.
	Outcome() Outcome
	// Control reports whether the facts, as a control's, show that nothing is wrong apart from
	// the defect that is tested, with a description.
	Control() (served bool, words string)
	// Record adds the most important lines to a result's evidence.
	Record(*Evidenced)
}

// StandAlone is embedded in facts that need no control and add no lines.
type StandAlone struct{}

// Control reports nothing: such facts are no control.
func (StandAlone) Control() (served bool, words string) { return false, "there is no control" }

// Record adds nothing.
func (StandAlone) Record(*Evidenced) {}

// kinds makes empty facts of each kind, for who reads results.json.
var kinds = map[string]func() Facts{}

// RegisterFacts makes a kind of facts known by its name, which is part of results.json.
func RegisterFacts(empty func() Facts) { kinds[empty().Kind()] = empty }

// Kinds returns empty facts of every kind, by name.
func Kinds() map[string]Facts {
	all := make(map[string]Facts, len(kinds))
	for name, empty := range kinds {
		all[name] = empty()
	}
	return all
}

// Evidenced is the evidence of a result as results.json keeps it.
type Evidenced struct {
	Alert      string   `json:"alert,omitempty"`
	Control    string   `json:"control,omitempty"`
	Log        string   `json:"log,omitempty"`
	Negotiated string   `json:"negotiated,omitempty"`
	Transcript []string `json:"transcript,omitempty"`
	Differ     *Differ  `json:"differ,omitempty"`
	Kind       string   `json:"kind,omitempty"`  // of the facts; set where the evidence is written
	Facts      Facts    `json:"facts,omitempty"` // what was seen, as its kind has it
}

// Differ names the clients that fared otherwise than most, where clients are compared.
type Differ struct {
	How     string   `json:"how"` // served, or not served
	Clients []string `json:"clients"`
}

// MarshalJSON writes the facts with the name of their kind.
func (e Evidenced) MarshalJSON() ([]byte, error) {
	type plain Evidenced
	if e.Facts != nil {
		e.Kind = e.Facts.Kind()
	}
	return json.Marshal(plain(e))
}

// UnmarshalJSON decodes the facts by their kind. An unknown kind or key is an error.
func (e *Evidenced) UnmarshalJSON(text []byte) error {
	type plain Evidenced
	read := struct {
		*plain
		Facts json.RawMessage `json:"facts"`
	}{plain: (*plain)(e)}
	if err := strictly(text, &read); err != nil {
		return err
	}
	if len(read.Facts) == 0 {
		return nil
	}
	empty, known := kinds[e.Kind]
	if !known {
		return fmt.Errorf("read evidence: %q is no kind of facts", e.Kind)
	}
	facts := empty()
	if err := strictly(read.Facts, facts); err != nil {
		return fmt.Errorf("read evidence: %w", err)
	}
	e.Kind, e.Facts = "", facts
	return nil
}

// strictly reads JSON in which no key may be unknown.
func strictly(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// Short bounds what an error or an answer adds to a report: one line.
func Short(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "�")), " ")
	const most = 240
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
