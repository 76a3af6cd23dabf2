package wire

import (
	"encoding/binary"
	"net"
	"time"
)

func (s *Sniffer) markerPort() uint16 { return s.marker.LocalAddr().(*net.UDPAddr).AddrPort().Port() }

// patience is how long a packet may take from being sent to being captured.
const patience = 5 * time.Second

// sendAgain is after how long a mark is sent once more, for which there may have
// been no room.
const sendAgain = 50 * time.Millisecond

// catchUp waits until what was sent before has been captured: it sends a mark and
// waits for that. It reports false, and counts a loss, where the mark never came.
func (s *Sniffer) catchUp() bool {
	s.mu.Lock()
	s.mark++
	mark, reached := s.mark, make(chan struct{})
	s.awaited[mark] = reached
	s.mu.Unlock()
	bound, again := time.NewTimer(patience), time.NewTicker(sendAgain)
	defer bound.Stop()
	defer again.Stop()
	for {
		// Nobody reads it there, and the kernel drops what does not fit.
		_, _ = s.marker.WriteTo(binary.BigEndian.AppendUint64(nil, mark), s.marker.LocalAddr())
		select {
		case <-reached:
			return true
		case <-s.done:
			return true
		case <-again.C:
		case <-bound.C:
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.awaited, mark)
			s.lost++
			return false
		}
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
