package ledger

import (
	"slices"
)

// Inherit gives the parts of a new copy the claims of the same part in another copy: one with
// the same text, or else the one at the same place of a section of the same structure, as in a
// page's translations. The result needs a review.
func (l Ledger) Inherit(c Copy) Copy {
	same := map[string][]string{}
	l.Copies = nearestFirst(l.Copies, c)
	for _, other := range l.Copies {
		for _, s := range other.Sections {
			for _, p := range s.Parts {
				if len(p.Claims) > 0 && same[p.Hash] == nil {
					same[p.Hash] = p.Claims
				}
			}
		}
	}
	for i := range c.Sections {
		s := &c.Sections[i]
		alike := l.alike(*s)
		for j := range s.Parts {
			p := &s.Parts[j]
			if claims := same[p.Hash]; claims != nil {
				p.Claims = slices.Clone(claims)
			} else if alike != nil {
				p.Claims = union(p.Claims, alike.Parts[j].Claims)
			}
		}
	}
	return c
}

// alike returns the section of another copy that has the anchor and the kinds of
// parts of a section.
func (l Ledger) alike(s Section) *Section {
	for _, other := range l.Copies {
		for i, t := range other.Sections {
			if t.ID == s.ID && slices.EqualFunc(t.Parts, s.Parts, func(a, b Part) bool { return a.Kind == b.Kind }) {
				return &other.Sections[i]
			}
		}
	}
	return nil
}

// nearestFirst puts the copies of the same line and edition before those of the
// same line, and them before all others.
func nearestFirst(copies []Copy, c Copy) []Copy {
	distance := func(other Copy) int {
		switch {
		case !slices.ContainsFunc(other.Lines, func(line string) bool { return slices.Contains(c.Lines, line) }):
			return 2
		case other.Edition != c.Edition:
			return 1
		}
		return 0
	}
	sorted := slices.Clone(copies)
	slices.SortStableFunc(sorted, func(a, b Copy) int { return distance(a) - distance(b) })
	return sorted
}

func union(a, b []string) []string {
	for _, x := range b {
		if !slices.Contains(a, x) {
			a = append(a, x)
		}
	}
	return a
}
