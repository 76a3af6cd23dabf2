package run

import "sync"

// once holds what came of each thing that several cases share: it is done once. The zero value
// holds nothing.
type once[K comparable] struct {
	mu   sync.Mutex
	done map[K]func() observed
}

// get returns what came of a thing, which is done where it has not been.
func (o *once[K]) get(of K, do func() observed) observed {
	o.mu.Lock()
	saw, begun := o.done[of]
	if !begun {
		saw = sync.OnceValue(do)
		if o.done == nil {
			o.done = map[K]func() observed{}
		}
		o.done[of] = saw
	}
	o.mu.Unlock()
	return saw()
}
