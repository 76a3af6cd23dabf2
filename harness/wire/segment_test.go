package wire

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// heard writes down what a half hands on.
type heard struct{ what []string }

func (h *heard) bytes(b []byte) { h.what = append(h.what, string(b)) }
func (h *heard) gap(n int)      { h.what = append(h.what, fmt.Sprintf("<%d missed>", n)) }
func (h *heard) fin()           { h.what = append(h.what, "<end>") }

func TestSegmentsArePutInOrder(t *testing.T) {
	seg := func(seq uint32, data string) segment { return segment{seq: seq, data: []byte(data)} }
	fin := func(seq uint32, data string) segment { return segment{seq, []byte(data), true} }
	for name, tt := range map[string]struct {
		acked    uint32 // at the end, after the start; 0: nothing
		segments []segment
		want     string
	}{
		"in order":                       {0, []segment{seg(0, "ab"), seg(2, "cd"), fin(4, "")}, "ab cd <end>"},
		"each one twice":                 {0, []segment{seg(0, "ab"), seg(0, "ab"), seg(2, "cd"), seg(2, "cd"), fin(4, ""), fin(4, "")}, "ab cd <end>"},
		"the other way round":            {0, []segment{fin(4, ""), seg(2, "cd"), seg(0, "ab")}, "ab cd <end>"},
		"overlapping":                    {0, []segment{seg(0, "ab"), seg(1, "bcd"), seg(0, "abcdef"), fin(4, "efg")}, "ab cd ef g <end>"},
		"overlapping ahead":              {0, []segment{seg(3, "def"), seg(2, "cdefg"), seg(3, "d"), seg(0, "abc")}, "abc defg"},
		"missed at the end":              {4, []segment{seg(0, "ab")}, "ab <2 missed>"},
		"missed amidst":                  {6, []segment{seg(0, "ab"), seg(4, "ef"), fin(6, "")}, "ab <2 missed> ef <end>"},
		"missed in two places":           {9, []segment{seg(2, "cd"), seg(6, "gh")}, "<2 missed> cd <2 missed> gh <1 missed>"},
		"acknowledged and there":         {3, []segment{seg(0, "ab"), fin(2, "")}, "ab <end>"},
		"past the bound of what is kept": {0, []segment{seg(0, "a"), seg(2, strings.Repeat("b", maxAhead)), seg(maxAhead+2, "c")}, "a <1 missed> " + strings.Repeat("b", maxAhead) + " c"},
		"a probe of one byte before":     {0, []segment{seg(0, "ab"), seg(1, ""), seg(1, "b"), seg(2, "c")}, "ab c"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, start := range []uint32{0, 1000, 1<<32 - 3, 1<<31 - 2} {
				h, got := reassembler{known: true, next: start}, heard{}
				for _, s := range tt.segments {
					s.seq, s.data = s.seq+start, slices.Clone(s.data)
					h.take(s, &got)
					clear(s.data) // as the next packet overwrites it
				}
				if tt.acked > 0 {
					h.acked(start+tt.acked, &got)
				}
				if said := strings.Join(got.what, " "); said != tt.want {
					t.Errorf("from %d it hands on %.200q, want %.200q", start, said, tt.want)
				}
				if h.held < 0 || len(h.ahead) == 0 && h.held != 0 {
					t.Errorf("it says that it holds %d bytes, in %d segments", h.held, len(h.ahead))
				}
			}
		})
	}
	h, got := reassembler{}, heard{}
	h.take(seg(77, "ab"), &got)
	h.take(seg(79, "cd"), &got)
	if !reflect.DeepEqual(got.what, []string{"ab", "cd"}) {
		t.Errorf("from amidst it hands on %q", got.what)
	}
}
