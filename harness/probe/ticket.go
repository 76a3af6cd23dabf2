package probe

import (
	"crypto/tls"
	"sync"
)

// A Ticket holds the first session ticket that a server gives, for whoever connects next, to
// whichever port. Later tickets would be of later sessions.
type Ticket struct {
	mu    sync.Mutex
	state *tls.ClientSessionState
}

// Given reports whether a server gave one.
func (t *Ticket) Given() bool {
	state, _ := t.Get("")
	return state != nil
}

// Get returns the ticket, whatever it is asked for.
func (t *Ticket) Get(string) (*tls.ClientSessionState, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state, t.state != nil
}

// Put keeps the first ticket.
func (t *Ticket) Put(_ string, state *tls.ClientSessionState) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state == nil {
		t.state = state
	}
}
