package wire

import (
	"cmp"
	"time"
)

// Options are what a Relay and a Sniffer have in common. Their zero values are
// good for a run.
type Options struct {
	Canary      []byte        // what is searched for in both directions, in ASCII; empty: nothing
	Events      int           // how many events of one connection are kept, 0: 64; half of them are its last ones
	Connections int           // how many transcripts are kept of a relay or a hop, 0: 4096; further connections are folded into one
	Bound       time.Duration // how long a relay's dial to the server may take, 0: 5 s
}

func (o Options) events() int          { return max(2, cmp.Or(o.Events, 64)) }
func (o Options) connections() int     { return max(1, cmp.Or(o.Connections, 4096)) }
func (o Options) bound() time.Duration { return cmp.Or(o.Bound, 5*time.Second) }
