package standin

import (
	"fmt"
	"sync"
	"time"
)

// A logBuffer is a server's log, in memory. One that holds what loggers write shows
// it later, as Milvus does with log.asyncWrite.enable: when there is enough of it,
// or it has been held for long enough.
type logBuffer struct {
	mu    sync.Mutex
	text  []byte
	holds bool
	held  []byte
	late  *time.Timer
}

// How much is held, and for how long, by the defaults of 2.6.20.
const (
	heldBytes = 4096
	heldFor   = 10 * time.Second
)

// hold has the journal hold what loggers write, or not.
func (j *logBuffer) hold(holds bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.holds = holds
}

func (j *logBuffer) log(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.held = append(j.held, line...)
	if !j.holds || len(j.held) >= heldBytes {
		j.show()
		return
	}
	if j.late == nil {
		j.late = time.AfterFunc(heldFor, j.flush)
	}
}

func (j *logBuffer) flush() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.show()
}

// lose forgets what is held: the process has ended.
func (j *logBuffer) lose() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.held, j.holds = nil, false
	j.show()
}

func (j *logBuffer) show() {
	j.text, j.held = append(j.text, j.held...), nil
	if j.late != nil {
		j.late.Stop()
		j.late = nil
	}
}

func (j *logBuffer) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text = append(j.text, p...)
	return len(p), nil
}

func (j *logBuffer) printf(format string, args ...any) {
	stamp := time.Now().Format("[2006/01/02 15:04:05.000 -07:00] ")
	j.log(stamp + fmt.Sprintf(format, args...) + "\n")
}

// since returns what was written from offset on, and the offset after it; -1
// gives nothing and the present end.
func (j *logBuffer) since(offset int64) ([]byte, int64, error) {
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
