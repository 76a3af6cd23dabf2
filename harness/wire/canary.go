package wire

import "bytes"

// A finder counts where a token begins in a stream that comes in pieces.
type finder struct {
	token []byte
	tail  []byte // the last bytes of the stream, one fewer than the token has
	joint []byte // the tail with the first bytes of the next piece
}

func newFinder(token []byte) *finder {
	if len(token) == 0 {
		return nil
	}
	n := len(token) - 1
	return &finder{token: token, tail: make([]byte, 0, n), joint: make([]byte, 0, 2*n)}
}

// search gives how often the token has been completed by the next piece.
func (f *finder) search(piece []byte) int {
	if f == nil || len(piece) == 0 {
		return 0
	}
	n := len(f.token) - 1
	// What is neither wholly in the tail nor wholly in the piece: both ends of
	// the joint are shorter than the token.
	f.joint = append(append(f.joint[:0], f.tail...), piece[:min(n, len(piece))]...)
	found := count(f.joint, f.token)
	if len(piece) >= n {
		f.tail = append(f.tail[:0], piece[len(piece)-n:]...)
		return found + count(piece, f.token)
	}
	f.tail = append(f.tail[:0], f.joint[max(0, len(f.joint)-n):]...)
	return found
}

// count counts every beginning of the token, those that overlap too, so that it
// does not matter how a stream is cut.
func count(b, token []byte) int {
	for n := 0; ; n++ {
		i := bytes.Index(b, token)
		if i < 0 {
			return n
		}
		b = b[i+1:]
	}
}
