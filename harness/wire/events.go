package wire

import (
	"fmt"
	"math"
	"time"

	"milvus-tls-e2e/harness/connection"
)

// An entry is an event, or a run of events that are alike.
type entry struct {
	from  connection.Party
	at    time.Duration
	what  string
	alert *connection.Alert
	times int
	size  int64 // of all of them together, in bytes; -1 where it does not matter
}

// A list keeps the first and the last of the events that it is given.
type list struct {
	entries []entry
	bound   int
	more    int // left out in the middle
}

// add appends an event. One like the last is counted with it. Where sizes matter, an alternating
// conversation is two runs, not one run for each turn.
func (l *list) add(e entry) {
	e.times = 1
	for i, seen := len(l.entries)-1, 0; i >= 0 && seen < 2; i, seen = i-1, seen+1 {
		last := &l.entries[i]
		if last.from == e.from && last.what == e.what {
			last.times++
			if e.size > 0 {
				last.size += e.size
			}
			return
		}
		if e.size < 0 || last.size < 0 {
			break
		}
	}
	if len(l.entries) == l.bound {
		half := l.bound / 2
		copy(l.entries[half:], l.entries[half+1:])
		l.entries = l.entries[:l.bound-1]
		l.more++
	}
	l.entries = append(l.entries, e)
}

// events returns the list as a transcript holds it.
func (l *list) events() []connection.Event {
	var events []connection.Event
	for i, e := range l.entries {
		if l.more > 0 && i == l.bound/2 {
			events = append(events, connection.Event{
				From: connection.FromRecorder, Seconds: seconds(e.at), What: fmt.Sprintf("%d events are left out here", l.more),
			})
		}
		what := e.what
		if e.times > 1 {
			what += fmt.Sprintf(" ×%d", e.times)
		}
		if e.size >= 0 {
			what += ", " + sized(e.size)
		}
		events = append(events, connection.Event{From: e.from, Seconds: seconds(e.at), What: what, Alert: e.alert})
	}
	return events
}

// seconds returns a duration in seconds, to the microsecond.
func seconds(d time.Duration) float64 { return math.Round(d.Seconds()*1e6) / 1e6 }

// sized returns a number of bytes to read.
func sized(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1000*1000:
		return fmt.Sprintf("%.1f kB", float64(n)/1000)
	case n < 1000*1000*1000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}
