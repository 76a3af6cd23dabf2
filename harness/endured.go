package harness

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Endured is what an Ordeal saw.
type Endured struct {
	Showed  string         `json:"showed,omitempty"`  // the hostile certificate
	Idle    Idle           `json:"idle,omitempty"`    // the idle connections
	Tried   int            `json:"tried"`             // clients or connections
	Reached int            `json:"reached"`           // those that showed the certificate, or got as far as they should
	Served  int            `json:"served,omitempty"`  // those that the API answered although they showed a hostile certificate
	Ends    map[string]int `json:"ends,omitempty"`    // how the others ended, by alert or End
	Seconds float64        `json:"seconds,omitempty"` // in all
	Longest float64        `json:"longest,omitempty"` // seconds that the longest client with a hostile certificate took
	Held    int            `json:"held,omitempty"`    // connections that the server still held when good clients came
	Before  []Guest        `json:"before,omitempty"`  // good clients before anything was done
	After   []Guest        `json:"after,omitempty"`   // good clients after it, or while the connections were held
	Again   []Guest        `json:"again,omitempty"`   // the same once more, where one of those was not served, and nothing is held any more
	Exited  bool           `json:"exited,omitempty"`  // the server's process ended
	Status  int            `json:"status,omitempty"`  // its exit status
	Last    string         `json:"last,omitempty"`    // what it logged of the cause, or last
}

// A Guest is what came of one good client.
type Guest struct {
	Client  Client  `json:"client"`
	Outcome Outcome `json:"outcome"`
	Seconds float64 `json:"seconds"`
	Detail  string  `json:"detail,omitempty"`
}

func (g Guest) words() string {
	return fmt.Sprintf("%s was %s in %.2f s%s", g.Client, g.Outcome.Words(), g.Seconds, bracketed(g.Detail))
}

func wordsOfGuests(all []Guest) string {
	var words []string
	for _, g := range all {
		words = append(words, g.words())
	}
	return strings.Join(words, ", ")
}

// Welcome tells whether there were good clients, and each was served.
func Welcome(all []Guest) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(g Guest) bool { return g.Outcome != Served })
}

// End counts how a client or a connection ended.
func (e *Endured) End(how string) {
	if e.Ends == nil {
		e.Ends = map[string]int{}
	}
	e.Ends[how]++
}

func init() { register(func() Facts { return &Endured{} }) }

// Kind is "resilience".
func (e *Endured) Kind() string { return "resilience" }

// Control tells nothing: nothing else is held against such facts.
func (*Endured) Control() (bool, string) { return false, "there is no control" }

// Record adds nothing: the facts say it all.
func (*Endured) Record(*Evidenced) {}

// Outcome is Survived or Succumbed, or none where the ordeal shows neither.
func (e *Endured) Outcome() Outcome {
	switch {
	case e.open() != "":
		return 0
	case e.Exited, e.Served > 0, !Welcome(e.After):
		return NotSurvived
	}
	return Survived
}

// open says why an ordeal shows nothing, and is empty where it shows something.
func (e *Endured) open() string {
	switch {
	case !Welcome(e.Before):
		return "no good client was served before it either" + bracketed(wordsOfGuests(e.Before))
	case e.Served > 0:
		return ""
	case e.Reached == 0:
		return "nothing of it reached the server" + bracketed(e.ends())
	case e.Exited:
		return ""
	case !Welcome(e.After) && !e.shutOut():
		return "afterwards " + wordsOfGuests(e.After) + ", and once more " + wordsOfGuests(e.Again)
	case !Welcome(e.After):
		return ""
	case e.Idle != "" && e.Held == 0:
		return "the server held none of the connections when good clients came" + bracketed(e.ends())
	case e.Idle == "" && e.Reached < e.Tried:
		return fmt.Sprintf("only %d of %d clients got to show the certificate%s", e.Reached, e.Tried, bracketed(e.ends()))
	case e.Ends[string(EndTimeout)] > 0:
		return "not every client was answered" + bracketed(e.ends())
	}
	return ""
}

// shutOut tells whether the server let a good client down, and not a passing
// weakness of the machine: it turned the client away, or it served none while
// connections were held and served them once they were gone, or it serves nobody
// any more.
func (e *Endured) shutOut() bool {
	i := slices.IndexFunc(e.After, func(g Guest) bool { return g.Outcome != Served })
	switch {
	case i < 0, e.After[i].Outcome == FailedInClient:
		return false
	case e.After[i].Outcome.isFact(), e.Idle != "":
		return true
	}
	return len(e.Again) > 0 && !Welcome(e.Again)
}

// ends says how the clients or connections ended.
func (e *Endured) ends() string {
	var words []string
	for _, how := range slices.Sorted(maps.Keys(e.Ends)) {
		words = append(words, fmt.Sprintf("%s %s", how, times(e.Ends[how])))
	}
	return strings.Join(words, ", ")
}

// done says what was done, with its figures.
func (e *Endured) done() string {
	if e.Idle != "" {
		return fmt.Sprintf("with %d of %d connections held open %s", e.Held, e.Tried, e.Idle)
	}
	return fmt.Sprintf("it was shown %s, and never served%s, in at most %.2f s", times(e.Reached), bracketed(e.ends()), e.Longest)
}

// Judge judges an ordeal by what the server did to good clients, who were served
// before it.
func (Ordeal) Judge(want, saw Outcome, e Evidence) Ruling {
	o := e.Saw.(*Endured)
	switch {
	case want != Survived:
		return LeaveOpen(CauseCaseMisfit, "an ordeal cannot come to "+want.String())
	case !saw.Valid():
		return LeaveOpen(CauseOtherOutcome, o.open())
	case saw == Survived:
		return Confirm(o.done() + "; " + wordsOfGuests(o.After))
	case o.Served > 0:
		return Refute(fmt.Sprintf("of %d clients with this certificate, %d were served", o.Tried, o.Served))
	case o.Exited && o.Idle != "":
		return Refute(fmt.Sprintf("%s the server ended with status %d%s", o.done(), o.Status, bracketed(o.Last)))
	case o.Exited:
		return Refute(fmt.Sprintf("it was shown %s, and the server ended with status %d%s", times(o.Reached), o.Status, bracketed(o.Last)))
	}
	reason := o.done() + "; " + wordsOfGuests(o.After)
	if len(o.Again) > 0 {
		reason += map[bool]string{true: "; once they were gone ", false: "; once more "}[o.Idle != ""] + wordsOfGuests(o.Again)
	}
	return Refute(reason)
}
