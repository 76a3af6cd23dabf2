package process

import (
	"bytes"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"milvus-tls-e2e/harness/milvus"
)

// A group is the processes of one deployment: one, or one for each component of a
// cluster. It has ended once one of them has.
type group struct {
	dir     string
	members []*member
	exited  chan struct{}
	ended   atomic.Pointer[member] // the first that ended
	log     mergedLog
}

// A member is one component's process.
type member struct {
	*server
	component milvus.Component
	setup     milvus.Setup
}

// grouped begins to watch processes that were started.
func grouped(dir string, members []*member) *group {
	g := &group{dir: dir, members: members, exited: make(chan struct{}), log: mergedLog{of: members, read: make([]int64, len(members))}}
	for _, m := range members {
		go func() {
			<-m.exited
			if g.ended.CompareAndSwap(nil, m) {
				close(g.exited)
			}
		}()
	}
	return g
}

// Exited is closed when a process has ended.
func (g *group) Exited() <-chan struct{} { return g.exited }

// Status is the exit status of the process that ended first, once Exited is closed.
func (g *group) Status() int {
	if m := g.ended.Load(); m != nil {
		return m.Status()
	}
	return 0
}

// ran is how long the process that ended first has run, or the first has that was
// started.
func (g *group) ran() time.Duration {
	if m := g.ended.Load(); m != nil {
		return m.ran()
	}
	return g.members[0].ran()
}

// Stop kills every process, the last one that was started first: what is left running
// would log that it misses the others.
func (g *group) Stop() error {
	errs := make([]error, len(g.members))
	var all sync.WaitGroup
	for i, m := range g.members {
		all.Go(func() { errs[i] = m.Stop() })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	<-g.exited // so that Status is known
	return nil
}

func (g *group) over() bool {
	for _, m := range g.members {
		select {
		case <-m.exited:
		default:
			return false
		}
	}
	return true
}

// awaitAll returns a channel that is closed once every process has ended and Status is
// known.
func (g *group) awaitAll() <-chan struct{} {
	if len(g.members) == 1 {
		return g.exited
	}
	all := make(chan struct{})
	go func() {
		for _, m := range g.members {
			<-m.exited
		}
		<-g.exited
		close(all)
	}()
	return all
}

// Log returns what the processes wrote from an offset on, and the offset after it.
func (g *group) Log(offset int64) ([]byte, int64, error) {
	if len(g.members) == 1 {
		return g.members[0].Log(offset)
	}
	return g.log.from(offset)
}

// Where is the deployment's folder.
func (g *group) Where() string { return g.dir }

// A mergedLog merges the logs of several processes by whole lines. A line that has been read
// keeps its place.
type mergedLog struct {
	of []*member

	mu   sync.Mutex
	read []int64 // of each, how far
	text []byte
}

func (l *mergedLog) from(offset int64) ([]byte, int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, m := range l.of {
		text, _, err := m.Log(l.read[i])
		if err != nil {
			return nil, 0, err
		}
		whole := bytes.LastIndexByte(text, '\n') + 1 // the rest of a line is still to come
		l.read[i] += int64(whole)
		l.text = append(l.text, text[:whole]...)
	}
	end := int64(len(l.text))
	if offset < 0 || offset > end {
		return nil, end, nil
	}
	return bytes.Clone(l.text[offset:]), end, nil
}

func logName(c milvus.Component, generation string) string { return c.Name + generation + ".log" }

func confName(dir string, c milvus.Component, alone bool, generation string) string {
	if alone {
		return filepath.Join(dir, "conf"+generation)
	}
	return filepath.Join(dir, "conf"+generation, c.Name)
}
