package process

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"milvus-tls-e2e/harness/milvus"
)

// A group is the processes of one deployment: one, or one for each component of a
// cluster. It has ended once one of them has.
type group struct {
	dir string
	log mergedLog

	mu      sync.Mutex
	of      []*member
	exited  chan struct{}
	ended   *member          // the first that ended
	leaving map[*member]bool // those that another is to replace: their end is not the group's
}

// A member is one component's process.
type member struct {
	*server
	component milvus.Component
	setup     milvus.Setup
}

// grouped begins to watch processes that were started.
func grouped(dir string, members []*member) *group {
	g := &group{dir: dir, of: members, exited: make(chan struct{}), leaving: map[*member]bool{}}
	g.log.read = map[*member]int64{}
	for _, m := range members {
		g.watch(m)
	}
	return g
}

func (g *group) watch(m *member) {
	go func() {
		<-m.exited
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.ended == nil && !g.leaving[m] {
			g.ended = m
			close(g.exited)
		}
	}()
}

// members returns the processes as they are now.
func (g *group) members() []*member {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.of)
}

// first returns the process that ended first; nil while none has.
func (g *group) first() *member {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.ended
}

// leave says that a process is going to be replaced. Where the group has ended with
// it, it has no longer.
func (g *group) leave(m *member) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.leaving[m] = true
	if g.ended == m {
		g.ended, g.exited = nil, make(chan struct{})
	}
}

// replace puts a process in the place of one that has left.
func (g *group) replace(old, next *member) {
	g.mu.Lock()
	g.of[slices.Index(g.of, old)] = next
	g.mu.Unlock()
	g.watch(next)
}

// Exited is closed when a process has ended.
func (g *group) Exited() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.exited
}

// Status is the exit status of the process that ended first, once Exited is closed.
func (g *group) Status() int {
	if m := g.first(); m != nil {
		return m.Status()
	}
	return 0
}

// ran is how long the process that ended first has run, or the first has that was
// started.
func (g *group) ran() time.Duration {
	if m := g.first(); m != nil {
		return m.ran()
	}
	return g.members()[0].ran()
}

// Stop kills every process, the last one that was started first: what is left running
// would log that it misses the others.
func (g *group) Stop() error {
	members := g.members()
	errs := make([]error, len(members))
	var all sync.WaitGroup
	for i, m := range members {
		all.Go(func() { errs[i] = m.Stop() })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if g.gone() {
		<-g.Exited() // so that Status is known
	}
	return nil
}

// gone reports whether the end of one of its processes is the group's: of one that left
// and that nobody replaced, it is not.
func (g *group) gone() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.ContainsFunc(g.of, func(m *member) bool { return !g.leaving[m] })
}

func (g *group) over() bool {
	for _, m := range g.members() {
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
	all := make(chan struct{})
	go func() {
		for _, m := range g.members() {
			<-m.exited
		}
		if g.gone() {
			<-g.Exited()
		}
		close(all)
	}()
	return all
}

// Log returns what the processes wrote from an offset on, and the offset after it.
func (g *group) Log(offset int64) ([]byte, int64, error) {
	if len(g.of) == 1 { // which nobody replaces
		return g.of[0].Log(offset)
	}
	return g.log.from(offset, g.members())
}

// Where is the deployment's folder.
func (g *group) Where() string { return g.dir }

// A mergedLog merges the logs of several processes by whole lines. A line that has been read
// keeps its place.
type mergedLog struct {
	mu   sync.Mutex
	read map[*member]int64 // how far each was
	text []byte
}

func (l *mergedLog) from(offset int64, members []*member) ([]byte, int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range members {
		text, _, err := m.Log(l.read[m])
		if err != nil {
			return nil, 0, err
		}
		whole := bytes.LastIndexByte(text, '\n') + 1 // the rest of a line is still to come
		l.read[m] += int64(whole)
		l.text = append(l.text, text[:whole]...)
	}
	end := int64(len(l.text))
	if offset < 0 || offset > end {
		return nil, end, nil
	}
	return bytes.Clone(l.text[offset:]), end, nil
}

func confName(dir string, c milvus.Component, alone bool, generation string) string {
	if alone {
		return filepath.Join(dir, "conf"+generation)
	}
	return filepath.Join(dir, "conf"+generation, c.Name)
}
