// Package checks is the gate that every verdict comes through, and what a verdict is made
// from: the evidence, and the ruling. Each kind of check is a package of its own beneath
// it, and makes its judge, its facts and its outcomes known there. Nothing here connects
// to anything.
package checks

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
)

// judges are those of every kind of check. Each kind's package adds its own.
var judges = map[reflect.Type]judging{}

type judging struct {
	judge func(c harness.Check, want, saw harness.Outcome, e Evidence) Ruling
	held  func(c harness.Check, want harness.Outcome, e Evidence) (bool, string) // nil where what a check is held against has to be served
}

// JudgedBy registers the judge of a kind of check. It is called only if something was observed
// and want is an outcome of the kind. For kinds that compare, held reports whether the control
// succeeded, and why not.
func JudgedBy[C harness.Check](judge func(c C, want, saw harness.Outcome, e Evidence) Ruling, held ...func(c C, want harness.Outcome, e Evidence) (bool, string)) struct{} {
	kind := judging{judge: func(c harness.Check, want, saw harness.Outcome, e Evidence) Ruling { return judge(c.(C), want, saw, e) }}
	if len(held) > 0 {
		kind.held = func(c harness.Check, want harness.Outcome, e Evidence) (bool, string) { return held[0](c.(C), want, e) }
	}
	judges[reflect.TypeFor[C]()] = kind
	return struct{}{}
}

// A Judgement is a ruling, and what was seen.
type Judgement struct {
	Saw harness.Outcome
	Ruling
}

// Judge is the gate that every verdict comes through: a pure function of the check, the
// wanted outcome and the evidence. What it takes to confirm or to refute, the check's kind
// knows.
func Judge(c harness.Check, want harness.Outcome, e Evidence) Judgement {
	var saw harness.Outcome
	if e.Saw != nil {
		saw = e.Saw.Outcome()
	}
	return Judgement{Saw: saw, Ruling: judge(c, want, saw, e)}
}

func judge(c harness.Check, want, saw harness.Outcome, e Evidence) Ruling {
	switch {
	case !want.Valid():
		return LeaveOpen(harness.CauseCaseMisfit, "the case wants no outcome")
	case e.Err != nil:
		return Unobserved(fmt.Errorf("nothing was observed: %w", e.Err))
	case e.Saw == nil:
		return LeaveOpen(harness.CauseNotObserved, "nothing was observed")
	}
	kind, known := judges[reflect.TypeOf(c)]
	if !known {
		return LeaveOpen(harness.CauseCaseMisfit, fmt.Sprintf("there is no judge for a check of type %T", c))
	}
	r := kind.judge(c, want, saw, e)
	if held, why := kind.wasHeld(c, want, e); r.Verdict == harness.Refuted && !held {
		return LeaveOpen(e.ControlCause(), r.Reason+", but "+why)
	}
	return r
}

// wasHeld reports whether the control, where one is needed, succeeded, and why not. No claim is
// refuted if its control failed: then something else is wrong, and the server may well do what
// the claim says.
func (j judging) wasHeld(c harness.Check, want harness.Outcome, e Evidence) (bool, string) {
	switch {
	case e.Control == nil && e.ControlErr == nil:
		return true, ""
	case j.held != nil:
		return j.held(c, want, e)
	}
	return e.ControlServed()
}

// Times returns "once", "twice" or "N times".
func Times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// Tally lists what was counted, by name: "alert 42 twice, timeout once".
func Tally(counts map[string]int) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, name+" "+Times(counts[name]))
	}
	return strings.Join(list, ", ")
}

// Bracketed puts a remark after a sentence, where there is one.
func Bracketed(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}
