package harness

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// An Ordeal does something to a port that no honest client does, a bounded number
// of times, and sees what then comes of good clients. It may end the server.
type Ordeal struct {
	At   Port
	As   string // the hostile certificate that is shown; empty where connections are held
	Idle Idle   // what is held open and left unused; empty where a certificate is shown
}

// Idle is how far a connection goes before it is left unused.
type Idle string

// The idle connections.
const (
	IdleSilent Idle = "that say nothing"
	IdleHalf   Idle = "that have sent half a ClientHello"
	IdleShaken Idle = "that have made their handshake and ask for nothing"
)

// How much an ordeal does: enough to tell chance from a rule, and to fill what
// a server might set aside for clients, without being a flood.
const (
	ordealShown  = 3   // clients that show a hostile certificate, one after the other
	ordealHeld   = 200 // connections that are held open at once
	ordealShaken = 60  // the same after a handshake, which costs both sides some milliseconds
)

// Times is how many clients show a certificate, or connections are held.
func (o Ordeal) Times() int {
	switch {
	case o.As != "":
		return ordealShown
	case o.Idle == IdleShaken:
		return ordealShaken
	}
	return ordealHeld
}

// Fit returns the look itself: it leaves nothing to the topology.
func (o Ordeal) Fit(Topology) Look { return o }

// Client is the raw client, which does what others cannot be made to do.
func (Ordeal) Client() Client { return Raw }

// Port is the port that it is done to.
func (o Ordeal) Port() Port { return o.At }

// Identity is the hostile certificate's name, or the one that suits the topology.
func (o Ordeal) Identity() string { return cmp.Or(o.As, Good) }

// String says what is done, for reports.
func (o Ordeal) String() string {
	if o.As != "" {
		return fmt.Sprintf("raw at %s, showing the hostile certificate %s %s, and then a good client", o.At, o.As, times(o.Times()))
	}
	return fmt.Sprintf("%d connections held open at %s %s, and good clients meanwhile", o.Times(), o.At, o.Idle)
}

// Guests are the attempts of good clients before and after, or meanwhile. What
// is held open may keep out a client of one kind alone.
func (o Ordeal) Guests() []Attempt {
	guests := []Attempt{{Via: Raw, At: o.At}}
	if o.Idle != "" {
		guests = append(guests, Attempt{Via: map[Port]Client{GRPC: Go, HTTP: REST}[o.At], At: o.At})
	}
	return guests
}

// Endured is what an Ordeal saw.
type Endured struct {
	Showed  string         `json:"showed,omitempty"`  // the hostile certificate
	Idle    Idle           `json:"idle,omitempty"`    // the idle connections
	Tried   int            `json:"tried"`             // clients or connections
	Reached int            `json:"reached"`           // those that showed the certificate, or got as far as they should
	Served  int            `json:"served,omitempty"`  // those that the API answered although they showed a hostile certificate
	Ends    map[string]int `json:"ends,omitempty"`    // how the others ended, by alert or End
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

// outcome is Survived or Succumbed, or none where the ordeal shows neither.
func (e *Endured) outcome() Outcome {
	switch {
	case e.open() != "":
		return 0
	case e.Exited, e.Served > 0, !Welcome(e.After):
		return Succumbed
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

// An ordeal is judged by what the server did to good clients, who were served
// before it.
func judgeOrdeal(want, saw Outcome, e Evidence) (Verdict, string) {
	o := e.Saw.Ordeal
	switch {
	case want != Survived:
		return Inconclusive, "an ordeal cannot come to " + want.String()
	case !saw.Valid():
		return Inconclusive, o.open()
	case saw == Survived:
		return Confirmed, o.done() + "; " + wordsOfGuests(o.After)
	case o.Served > 0:
		return Refuted, fmt.Sprintf("of %d clients with this certificate, %d were served", o.Tried, o.Served)
	case o.Exited && o.Idle != "":
		return Refuted, fmt.Sprintf("%s the server ended with status %d%s", o.done(), o.Status, bracketed(o.Last))
	case o.Exited:
		return Refuted, fmt.Sprintf("it was shown %s, and the server ended with status %d%s", times(o.Reached), o.Status, bracketed(o.Last))
	}
	reason := o.done() + "; " + wordsOfGuests(o.After)
	if len(o.Again) > 0 {
		reason += map[bool]string{true: "; once they were gone ", false: "; once more "}[o.Idle != ""] + wordsOfGuests(o.Again)
	}
	return Refuted, reason
}
