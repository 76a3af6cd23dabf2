package standin

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
)

// wrongs are what a door makes of clients that break the rules of TLS, or stretch them.
type wrongs struct {
	answers bool                    // it answers a malformed ClientHello with ServerHello
	whole   func(net.Conn) net.Conn // refuses a ClientHello in pieces, and then gives nil
	torn    func()                  // called for a client that left within the header of its first record
}

// spoil puts the faults about such clients into a door.
func (d *deployment) spoil(door *frontDoor) {
	door.wrong.answers = d.faults[AnswersMalformedHellos]
	if d.faults[RefusesSplitHellos] {
		door.wrong.whole = inOneRecord
	}
	if d.faults[EndsOverATornHeader] {
		door.wrong.torn = func() {
			_, _ = fmt.Fprintln(&d.log, "panic: runtime error: slice bounds out of range [:5] with capacity 3")
			d.crash()
		}
	}
}

// The alerts that a door sends itself.
const (
	unexpectedMessage = 10
	handshakeFailure  = 40
	decodeError       = 50
)

func fatal(alert byte) []byte { return []byte{alertRecord, 3, 3, 0, 2, 2, alert} }

// end sends what crypto/tls omits after a failed handshake: it closes a connection whose first
// record is no handshake record without the alert that is due. It also applies the faults about
// alerts.
func (w wrongs) end(c *quietConn, err error) {
	var header tls.RecordHeaderError
	switch {
	case err == nil:
	case errors.As(err, &header) && header.RecordHeader[1] == 3:
		_, _ = c.Write(fatal(unexpectedMessage))
	case w.torn != nil && c.read > 0 && c.read < recordHeader:
		w.torn()
	}
	if !w.answers {
		return
	}
	kept, over := c.kept, c.over
	c.over = true
	defer func() { c.over = over }()
	if due := fatal(decodeError); err != nil && len(kept) == len(due) && kept[len(kept)-1] == decodeError {
		kept = serverHello()
	}
	_, _ = c.Write(kept)
}

const recordHeader = 5

func serverHello() []byte {
	body := append([]byte{3, 3}, make([]byte, 32)...)
	body = append(body, 0, 0xc0, 0x2f, 0)
	message := append([]byte{2, 0, 0, byte(len(body))}, body...)
	return append([]byte{handshakeRecord, 3, 3, 0, byte(len(message))}, message...)
}

// inOneRecord lets a client pass whose ClientHello is in one record, or that sends none.
func inOneRecord(c net.Conn) net.Conn {
	peeked, first, err := peek(c, recordHeader)
	if err != nil {
		_ = c.Close()
		return nil
	}
	const head, most = 4, 1 << 14
	length := int(first[3])<<8 | int(first[4])
	if first[0] != handshakeRecord || length == 0 || length > most {
		return peeked
	}
	if length >= head {
		if first, err = peeked.head.Peek(recordHeader + head); err != nil || length >= head+int(first[6])<<16+int(first[7])<<8+int(first[8]) {
			return peeked
		}
	}
	_, _ = c.Write(fatal(handshakeFailure))
	_, _ = io.Copy(io.Discard, peeked) // so that the alert is not lost by a reset
	_ = c.Close()
	return nil
}
