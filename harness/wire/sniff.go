package wire

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"sync"
	"time"

	"milvus-tls-e2e/harness/connection"
)

// The reasons for which nothing can be captured.
var (
	ErrNotPermitted = errors.New("it wants CAP_NET_RAW in the network namespace")
	ErrNotLinux     = errors.New("it wants Linux")
)

// A Sniffer captures what crosses the watched server ports of the loopback in the
// network namespace that the process is in. Connections are told apart by their
// server's port and address. What the kernel holds for it is bounded, and so is
// what it holds for each connection: what does not fit is counted as lost.
type Sniffer struct {
	source source
	marker *net.UDPConn // sends packets to itself that mark a place among the captured
	cancel context.CancelFunc
	done   chan struct{} // closed when nothing is captured any more

	mu      sync.Mutex // guards what follows
	options Options
	hops    map[string]*recording
	ports   map[uint16]*recording
	flows   map[flow]*captured       // nil: the capture has ended
	mark    uint64                   // the last one sent
	awaited map[uint64]chan struct{} // closed when that mark has been captured
	lost    int
	dropped int // of lost, by the kernel
	before  int // dropped by it before anything was watched
}

// A source gives packets from the link layer on.
type source interface {
	// read gives the next packet, which is good until the next call; none, and no
	// error, where there was none for a while.
	read() (packet []byte, whole bool, at time.Time, err error)
	filter(ports []uint16, marker uint16) error // lets through TCP of these ports, and UDP to the marker's
	dropped() (int, error)                      // packets that the kernel dropped so far
	close()
}

// Sniff begins to capture at the loopback interface ("lo"); hops are names with
// the server ports that belong to each. It ends with the context or by Close. It
// fails with ErrNotPermitted or ErrNotLinux where nothing can be captured at all.
func Sniff(ctx context.Context, iface string, hops map[string][]uint16, o Options) (*Sniffer, error) {
	s := &Sniffer{
		options: o, done: make(chan struct{}), hops: map[string]*recording{}, ports: map[uint16]*recording{},
		flows: map[flow]*captured{}, awaited: map[uint64]chan struct{}{},
	}
	if err := s.open(iface); err != nil {
		return nil, fmt.Errorf("capture at %s: %w", iface, err)
	}
	ctx, s.cancel = context.WithCancel(ctx)
	go s.run(ctx)
	s.settle()
	for _, hop := range slices.Sorted(maps.Keys(hops)) {
		if err := s.Watch(hop, hops[hop]...); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// settle lets go of what was captured before there was a filter. That is all that
// crossed the loopback, which may have left no room for what is to be captured;
// what was dropped of it is no loss.
func (s *Sniffer) settle() {
	if !s.catchUp() {
		return // and it is counted as a loss
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count()
	s.lost, s.before, s.dropped = 0, s.dropped, 0
}

func (s *Sniffer) open(iface string) error {
	i, err := net.InterfaceByName(iface)
	if err != nil {
		return err
	}
	if i.Flags&net.FlagLoopback == 0 || i.Flags&net.FlagUp == 0 {
		return errors.New("it is no loopback that is up")
	}
	if s.marker, err = net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
		return fmt.Errorf("listen for marks: %w", err)
	}
	if s.source, err = open(iface); err == nil {
		if err = s.source.filter(nil, s.markerPort()); err != nil {
			s.source.close()
		}
	}
	if err != nil {
		_ = s.marker.Close()
	}
	return err
}

// Watch adds server ports to a hop, a new one or one that there is. Of connections
// made before, what follows is counted and searched, and not read. A port has one hop.
func (s *Sniffer) Watch(hop string, ports ...uint16) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.hops[hop]
	if r == nil {
		r = record(s.options)
	}
	watched := maps.Clone(s.ports)
	for _, p := range ports {
		if other := watched[p]; p == 0 || other != nil && other != r {
			return fmt.Errorf("watch port %d for %s: another hop has it, or it is none", p, hop)
		}
		watched[p] = r
	}
	if err := s.source.filter(slices.Sorted(maps.Keys(watched)), s.markerPort()); err != nil {
		return fmt.Errorf("watch ports for %s: %w", hop, err)
	}
	s.hops[hop], s.ports = r, watched
	return nil
}

// Transcripts returns what each connection of a hop said so far, the first one
// first. What anybody had received when it was called is in it.
func (s *Sniffer) Transcripts(hop string) []connection.Transcript {
	s.catchUp()
	s.mu.Lock()
	r := s.hops[hop]
	s.mu.Unlock()
	if r == nil {
		return nil
	}
	return r.transcripts()
}

// Lost returns how many packets or pieces of streams were missed, or how often the
// capture could not say that it was complete. Where it is not zero, a canary that
// was not seen proves nothing.
func (s *Sniffer) Lost() int {
	s.catchUp()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count()
	return s.lost + s.dropped
}

// count asks the kernel what it dropped. The lock is held.
func (s *Sniffer) count() {
	if s.flows == nil {
		return
	}
	n, err := s.source.dropped()
	if err != nil {
		n = s.before + s.dropped + 1
	}
	s.dropped = n - s.before
}

// Close ends the capture. What was recorded stays.
func (s *Sniffer) Close() {
	s.catchUp()
	s.cancel()
	<-s.done
}

// run reads packets until the context ends.
func (s *Sniffer) run(ctx context.Context) {
	defer close(s.done)
	defer func() { _ = s.marker.Close() }()
	d := newDecoder()
	for ctx.Err() == nil {
		packet, whole, at, err := s.source.read()
		s.mu.Lock()
		if err != nil || !whole {
			s.lost++
		}
		if packet != nil {
			s.take(d, packet, at)
		}
		s.mu.Unlock()
		if err != nil {
			break
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count()
	s.source.close()
	for _, c := range s.flows {
		c.stop(connection.EndClosed, "the capture was closed", time.Now())
	}
	s.flows = nil
}
