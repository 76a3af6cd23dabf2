package docker

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"

	moby "github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go/network"
)

// A runNetwork is the network of a run. The engine assigns the addresses of its lower half, and
// runNetwork those of the upper: a server that replaces another one gets its address, which must
// not be assigned in between.
type runNetwork struct {
	name string

	first, last netip.Addr // of the upper half

	mu    sync.Mutex
	next  netip.Addr
	taken map[netip.Addr]bool
}

// networkTries is how many times a range of addresses is requested: another program may take it
// between choice and use.
const networkTries = 3

func newNetwork(ctx context.Context, e *Engine, run string) (*runNetwork, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	ctx, cancel := uninterrupted(ctx)
	defer cancel()
	for try := 1; ; try++ {
		n, err := tryNetwork(ctx, e, run)
		if err == nil || try == networkTries || !strings.Contains(err.Error(), "overlap") {
			return n, err
		}
	}
}

// tryNetwork has the engine choose a range, and then asks for that very range:
// only in one that was asked for does it let addresses be chosen.
func tryNetwork(ctx context.Context, e *Engine, run string) (*runNetwork, error) {
	chosen, err := network.New(ctx, network.WithLabels(labels(run)))
	if err != nil {
		return nil, err
	}
	seen, err := e.client.NetworkInspect(ctx, chosen.ID, client.NetworkInspectOptions{})
	if err := errors.Join(err, chosen.Remove(ctx)); err != nil {
		return nil, err
	}
	var subnet netip.Prefix
	for _, c := range seen.Network.IPAM.Config {
		if c.Subnet.Addr().Is4() {
			subnet = c.Subnet.Masked()
		}
	}
	if !subnet.IsValid() || subnet.Bits() > mostBits {
		return nil, fmt.Errorf("the engine chose the addresses %s, which are too few: see default-address-pools in its settings", subnet)
	}
	lower := netip.PrefixFrom(subnet.Addr(), subnet.Bits()+1)
	made, err := network.New(ctx, network.WithLabels(labels(run)),
		network.WithIPAM(&moby.IPAM{Driver: "default", Config: []moby.IPAMConfig{{Subnet: subnet, IPRange: lower}}}))
	if err != nil {
		return nil, err
	}
	return newAddresses(made.Name, subnet), nil
}

func newAddresses(name string, subnet netip.Prefix) *runNetwork {
	n := &runNetwork{name: name, taken: map[netip.Addr]bool{}}
	n.first, n.last = upperHalf(subnet)
	n.next = n.first
	return n
}

// mostBits leaves more than 60 addresses to each half of a range.
const mostBits = 25

// upperHalf returns the first and the last address that may be handed out of the
// upper half of a range of IPv4 addresses.
func upperHalf(of netip.Prefix) (first, last netip.Addr) {
	base := of.Masked().Addr().As4()
	n, size := binary.BigEndian.Uint32(base[:]), uint32(1)<<(32-of.Bits())
	at := func(n uint32) netip.Addr {
		var a [4]byte
		binary.BigEndian.PutUint32(a[:], n)
		return netip.AddrFrom4(a)
	}
	return at(n + size/2), at(n + size - 2) // the very last one is for broadcasts
}

// take returns the free address that was used least recently.
func (n *runNetwork) take() (netip.Addr, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for began := n.next; ; {
		a := n.next
		if n.next = a.Next(); a == n.last {
			n.next = n.first
		}
		if !n.taken[a] {
			n.taken[a] = true
			return a, nil
		}
		if n.next == began {
			return netip.Addr{}, fmt.Errorf("the run's network has no address left between %s and %s", n.first, n.last)
		}
	}
}

// giveBack frees an address.
func (n *runNetwork) giveBack(a netip.Addr) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.taken, a)
}
