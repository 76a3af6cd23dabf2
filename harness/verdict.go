package harness

// Verdict is what one observation says about one claim. The zero value,
// Unjudged, is a failure of the harness: a planned case that nobody judged.
type Verdict int

// The verdicts.
const (
	Unjudged      Verdict = iota // planned and not judged: always red
	Confirmed                    // the server does what the claim says
	Refuted                      // the server does otherwise
	Inconclusive                 // the proof is incomplete: always red
	NotApplicable                // the case cannot be asked here, for the reason given
)

const verdicts = int(NotApplicable) + 1

var verdictNames = [verdicts]string{
	Unjudged: "unjudged", Confirmed: "confirmed", Refuted: "refuted",
	Inconclusive: "inconclusive", NotApplicable: "not-applicable",
}

// String gives the verdict's name as it stands in results.json.
func (v Verdict) String() string {
	if v >= 0 && int(v) < verdicts {
		return verdictNames[v]
	}
	return enumName(v, verdictNames[:], "verdict")
}

// MarshalText writes the verdict by name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a verdict by name; an unknown name is an error.
func (v *Verdict) UnmarshalText(b []byte) error {
	if string(b) == verdictNames[Unjudged] {
		*v = Unjudged
		return nil
	}
	return enumUnmarshal(v, b, verdictNames[:], "verdict")
}
