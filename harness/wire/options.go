package wire

import "time"

// Options are what a Relay and a Sniffer have in common. Their zero values are
// good for a run.
type Options struct {
	Canary      []byte        // what is searched for in both directions, in ASCII; empty: nothing
	Events      int           // how many events of one connection are kept, 0: 64; half of them are its last ones
	Connections int           // how many transcripts are kept for a relay or a hop, 0: 4096; further connections are folded into one
	Bound       time.Duration // how long a relay's dial to the server may take, 0: 5 s
}
