package wire

import (
	"bytes"
	"encoding/binary"
)

// A token is what is searched for, and which pairs of bytes are in it.
type token struct {
	text  []byte
	pairs [1 << 16 / 64]uint64 // a bit for each pair
}

// newToken returns nil for a token of no bytes.
func newToken(text []byte) *token {
	if len(text) == 0 {
		return nil
	}
	t := &token{text: text}
	for i := range len(text) - 1 {
		pair := binary.LittleEndian.Uint16(text[i:])
		t.pairs[pair/64] |= 1 << (pair % 64)
	}
	return t
}

// count returns how often the token occurs, overlapping occurrences included, so that it does
// not matter how a stream is cut. A token of n bytes holds exactly one of the byte pairs that
// begin at every (n-1)th offset, so only those are compared. bytes.Index stops at every byte
// equal to the token's first, one in 256 of ciphertext, and took three times as long.
func (t *token) count(b []byte) (n int) {
	if len(t.text) == 1 {
		return bytes.Count(b, t.text)
	}
	for i, step := 0, len(t.text)-1; i < len(b)-1; i += step {
		if pair := binary.LittleEndian.Uint16(b[i:]); t.pairs[pair/64]&(1<<(pair%64)) != 0 {
			n += t.around(b, i)
		}
	}
	return n
}

// around returns how often the token is where it holds the pair at a place.
func (t *token) around(b []byte, at int) (n int) {
	for i := range len(t.text) - 1 {
		if begin := at - i; begin >= 0 && bytes.HasPrefix(b[begin:], t.text) {
			n++
		}
	}
	return n
}

// A finder counts a token in a stream that comes in pieces.
type finder struct {
	*token
	tail  []byte // the last bytes of the stream, one fewer than the token has
	joint []byte // the tail with the first bytes of the next piece
}

// newFinder returns nil where there is nothing to search for.
func newFinder(t *token) *finder {
	if t == nil {
		return nil
	}
	n := len(t.text) - 1
	return &finder{token: t, tail: make([]byte, 0, n), joint: make([]byte, 0, 2*n)}
}

// search returns how often the token has been completed by the next piece.
func (f *finder) search(piece []byte) int {
	if f == nil || len(piece) == 0 {
		return 0
	}
	n := len(f.text) - 1
	// What is neither wholly in the tail nor wholly in the piece: both parts of
	// the joint are shorter than the token.
	f.joint = append(append(f.joint[:0], f.tail...), piece[:min(n, len(piece))]...)
	found := f.count(f.joint)
	if len(piece) >= n {
		f.tail = append(f.tail[:0], piece[len(piece)-n:]...)
		return found + f.count(piece)
	}
	f.tail = append(f.tail[:0], f.joint[max(0, len(f.joint)-n):]...)
	return found
}
