package wire

import (
	"encoding/binary"
	"net"
	"time"
)

func (s *Sniffer) markerPort() uint16 { return s.marker.LocalAddr().(*net.UDPAddr).AddrPort().Port() }

// patience is how long a packet may take from being sent to being captured.
const patience = 5 * time.Second

// catchUp waits until what was sent before has been captured: it sends a mark and
// waits for that.
func (s *Sniffer) catchUp() {
	s.mu.Lock()
	s.mark++
	mark, reached := s.mark, make(chan struct{})
	s.awaited[mark] = reached
	s.mu.Unlock()
	// Nobody reads it there, and the kernel drops what does not fit.
	_, _ = s.marker.WriteTo(binary.BigEndian.AppendUint64(nil, mark), s.marker.LocalAddr())
	bound := time.NewTimer(patience)
	defer bound.Stop()
	select {
	case <-reached:
	case <-s.done:
	case <-bound.C:
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.awaited, mark)
		s.lost++
	}
}

// reach notes that a mark, and with it those before, have been captured.
func (s *Sniffer) reach(mark uint64) {
	for m, reached := range s.awaited {
		if m <= mark {
			close(reached)
			delete(s.awaited, m)
		}
	}
}
