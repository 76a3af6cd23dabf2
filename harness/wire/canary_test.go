package wire

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"milvus-tls-e2e/harness/connection"
)

func TestCanaryIsFoundHoweverItComes(t *testing.T) {
	canary := []byte("canary-4711-canary")
	text := bytes.Repeat(append([]byte("canary-4711-canary-4711-canary..canary-"), make([]byte, 100)...), 3)
	for cut := 1; cut <= len(text); cut++ {
		var pieces []piece
		for rest := text; len(rest) > 0; rest = rest[min(cut, len(rest)):] {
			pieces = append(pieces, piece{connection.FromServer, rest[:min(cut, len(rest))]}, fromClient("canary-"))
		}
		got := told(pieces, Options{Canary: canary})
		if *got.Canary != (connection.Canary{ToClient: 6}) {
			t.Fatalf("in pieces of %d bytes it is seen %+v", cut, *got.Canary)
		}
	}
	if got := told([]piece{fromClient("xx"), fromClient("x")}, Options{Canary: []byte("x")}); got.CanarySeen() != 3 {
		t.Errorf("one of one byte is seen %d times", got.CanarySeen())
	}
	if got := told([]piece{fromClient("xx")}, Options{}); got.Canary != nil || got.CanarySeen() != 0 {
		t.Errorf("none is seen %+v", got.Canary)
	}
}

// The search agrees with the plain one, for tokens and texts that repeat themselves.
func TestCanarySearchAgreesWithThePlainOne(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	letters := func(n int) []byte {
		text := make([]byte, n)
		for i := range text {
			text[i] = "ab"[r.IntN(2)]
		}
		return text
	}
	for range 2000 {
		sought, text := letters(1+r.IntN(6)), letters(r.IntN(60))
		want := 0
		for i := range text {
			if bytes.HasPrefix(text[i:], sought) {
				want++
			}
		}
		got, f := 0, newFinder(newToken(sought))
		for rest := text; len(rest) > 0; {
			n := min(1+r.IntN(9), len(rest))
			got, rest = got+f.search(rest[:n]), rest[n:]
		}
		if got != want {
			t.Fatalf("%q is %d times in %q, found %d times", sought, want, text, got)
		}
	}
}
