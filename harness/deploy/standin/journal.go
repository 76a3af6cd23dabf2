package standin

import (
	"fmt"
	"sync"
	"time"
)

// A journal is a server's log, in memory.
type journal struct {
	mu   sync.Mutex
	text []byte
}

// Write appends, so that a logger can write to the journal.
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text = append(j.text, p...)
	return len(p), nil
}

func (j *journal) printf(format string, args ...any) {
	stamp := time.Now().Format("[2006/01/02 15:04:05.000 -07:00] ")
	_, _ = j.Write([]byte(stamp + fmt.Sprintf(format, args...) + "\n"))
}

// since gives what was written from offset on, and the offset after it; -1
// gives nothing and the present end.
func (j *journal) since(offset int64) ([]byte, int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	end := int64(len(j.text))
	switch {
	case offset < -1:
		return nil, 0, fmt.Errorf("offset %d is before the beginning", offset)
	case offset == -1 || offset >= end:
		return nil, end, nil
	}
	return append([]byte(nil), j.text[offset:]...), end, nil
}
