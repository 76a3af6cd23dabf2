package wire

import (
	"fmt"
	"sync"
	"time"

	"milvus-tls-e2e/harness/connection"
)

// A recording is the conversations of one relay or one hop. It keeps the first
// ones; of further ones it keeps what they sum up to.
type recording struct {
	started time.Time
	options Options
	canary  *token

	mu     sync.Mutex
	kept   []*conversation
	extra  map[*conversation]bool // further ones that are not over
	folded connection.Transcript  // further ones that are
}

func record(o Options) *recording {
	return &recording{started: time.Now(), options: o, canary: newToken(o.Canary), extra: map[*conversation]bool{}}
}

// begin adds a conversation, for which done must be called when it is over.
func (r *recording) begin(now time.Time, client, server string) *conversation {
	c := converse(r.started, now, client, server, r.canary, r.options.events())
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.kept) < r.options.connections() {
		r.kept = append(r.kept, c)
	} else {
		r.extra[c] = true
	}
	return c
}

// done lets go of a conversation that is not kept.
func (r *recording) done(c *conversation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.extra[c] {
		delete(r.extra, c)
		fold(&r.folded, c.transcript())
	}
}

// transcripts returns the transcripts so far, the first conversation first.
func (r *recording) transcripts() []connection.Transcript {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]connection.Transcript, 0, len(r.kept))
	for _, c := range r.kept {
		all = append(all, c.transcript())
	}
	sum := r.folded
	if sum.Canary != nil {
		sum.Canary = &connection.Canary{ToServer: sum.Canary.ToServer, ToClient: sum.Canary.ToClient}
	}
	for c := range r.extra {
		fold(&sum, c.transcript())
	}
	if sum.Folded > 0 {
		sum.Kind, sum.Answered = connection.SpokeUnknown, connection.SpokeUnknown
		sum.Events = []connection.Event{{From: connection.FromRecorder, What: fmt.Sprintf("%d further connections, of which only the totals are kept", sum.Folded)}}
		all = append(all, sum)
	}
	return all
}

// fold adds a transcript to the sum of those that are not kept.
func fold(sum *connection.Transcript, t connection.Transcript) {
	sum.Folded++
	sum.Client, sum.Server = "several", t.Server
	sum.ToServer += t.ToServer
	sum.ToClient += t.ToClient
	sum.Partial, sum.Open = sum.Partial || t.Partial, sum.Open || t.Open
	if t.Canary != nil {
		if sum.Canary == nil {
			sum.Canary = &connection.Canary{}
		}
		sum.Canary.ToServer += t.Canary.ToServer
		sum.Canary.ToClient += t.Canary.ToClient
	}
}
