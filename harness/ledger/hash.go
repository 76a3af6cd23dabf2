package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"milvus-tls-e2e/harness/page"
)

// Hash is the SHA-256 of a part's text, independent of the page's form. In a code block each run
// of white space counts as one space. Prose counts without white space and with plain quotation
// marks and dashes: Markdown, HTML and text copied from a browser differ in them.
func Hash(kind page.Kind, text string) string {
	h := newHasher(kind)
	h.add(words(kind, text), false)
	return hex.EncodeToString(h.sum.Sum(nil))
}

// A hasher hashes a part word by word.
type hasher struct {
	sum    hash.Hash
	spaced bool
	begun  bool
}

func newHasher(kind page.Kind) *hasher { return &hasher{sum: sha256.New(), spaced: kind == page.Code} }

// add adds words; the first is joined to the one before if there is no white space between them.
func (h *hasher) add(words []string, glued bool) {
	for i, w := range words {
		if h.begun && h.spaced && (i > 0 || !glued) {
			h.sum.Write([]byte{' '})
		}
		h.sum.Write([]byte(w))
		h.begun = true
	}
}

// words splits a text into the units that are hashed.
func words(kind page.Kind, text string) []string {
	if kind == page.Code {
		return strings.Fields(norm.NFC.String(text))
	}
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) { // soft hyphens, joiners
			return -1
		}
		return r
	}, norm.NFKC.String(text))
	return strings.Fields(typographic.Replace(text))
}

var typographic = strings.NewReplacer("‘", "'", "’", "'", "“", `"`, "”", `"`, "–", "-", "—", "-", "−", "-")
