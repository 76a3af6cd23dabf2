package wire

import (
	"errors"
	"fmt"
	"time"

	"github.com/gopacket/gopacket/afpacket"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// The ring that the kernel writes packets to: 16 MB, in blocks that hold one of
// the longest packets, which are 64 kB on a loopback, whatever its MTU. A block
// that is not full is handed over after a while, and is gone until it has been read:
// with next to no traffic, all of them are gone after ringBlocks * handedOver. That
// is how long the reader may be kept from the processor, and 4 s is what a machine at
// a load of 20 needs (at 128 ms, a 3.0's capture missed hundreds of packets on one
// at 14).
const (
	ringBlock  = 128 << 10
	ringBlocks = 128
	handedOver = 32 * time.Millisecond
	pollBound  = 50 * time.Millisecond // how long reading takes to notice the end of the capture
)

// A ring is packets of an AF_PACKET socket, read from memory shared with the
// kernel.
type ring struct{ *afpacket.TPacket }

func open(iface string) (source, error) {
	t, err := afpacket.NewTPacket(
		afpacket.OptInterface(iface), afpacket.OptBlockSize(ringBlock), afpacket.OptNumBlocks(ringBlocks),
		afpacket.OptBlockTimeout(handedOver), afpacket.OptPollTimeout(pollBound), afpacket.TPacketVersion3,
		afpacket.OptSocketType(unix.SOCK_RAW|unix.SOCK_CLOEXEC),
	)
	switch {
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		return nil, fmt.Errorf("%w: %w", ErrNotPermitted, err)
	case err != nil:
		return nil, err
	}
	return &ring{t}, nil
}

func (r *ring) close() { r.Close() }

func (r *ring) read() (packet []byte, whole bool, at time.Time, err error) {
	packet, info, err := r.ZeroCopyReadPacketData()
	if errors.Is(err, afpacket.ErrTimeout) {
		return nil, true, at, nil
	}
	return packet, info.CaptureLength == info.Length, info.Timestamp, err
}

func (r *ring) dropped() (int, error) {
	_, stats, err := r.SocketStats()
	return int(stats.Drops()), err
}

func (r *ring) filter(ports []uint16, marker uint16) error {
	code, err := bpf.Assemble(program(ports, marker))
	if err == nil {
		err = r.SetBPF(code)
	}
	if err != nil {
		return fmt.Errorf("filter %d ports: %w", len(ports), err)
	}
	return nil
}

// Offsets in a packet, from the link layer on, and in its transport header.
const (
	atType      = 12
	atNetwork   = 14
	atProtocol4 = atNetwork + 9
	atNext6     = atNetwork + 6
	longNetwork = 40 // of an IPv6 header
)

// program lets through what goes out at the interface, which is each packet once:
// TCP from or to the ports, and UDP to the marker's.
func program(ports []uint16, marker uint16) []bpf.Instruction {
	const all, none = 1 << 18, 0
	is := func(v uint32) []bpf.Instruction { // the rest, or nothing
		return []bpf.Instruction{bpf.JumpIf{Cond: bpf.JumpEqual, Val: v, SkipTrue: 1}, bpf.RetConstant{Val: none}}
	}
	p := []bpf.Instruction{bpf.LoadExtension{Num: bpf.ExtType}}
	p = append(p, is(unix.PACKET_OUTGOING)...)
	p = append(
		p,
		bpf.LoadAbsolute{Off: atType, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.ETH_P_IP, SkipFalse: 3},
		bpf.LoadAbsolute{Off: atProtocol4, Size: 1},
		bpf.LoadMemShift{Off: atNetwork}, // the header's length
		bpf.Jump{Skip: 4},
	)
	p = append(p, is(unix.ETH_P_IPV6)...)
	p = append(
		p,
		bpf.LoadAbsolute{Off: atNext6, Size: 1},
		bpf.LoadConstant{Dst: bpf.RegX, Val: longNetwork},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.IPPROTO_UDP, SkipFalse: 4},
		bpf.LoadIndirect{Off: atNetwork + 2, Size: 2},
	)
	p = append(p, is(uint32(marker))...)
	p = append(p, bpf.RetConstant{Val: all})
	p = append(p, is(unix.IPPROTO_TCP)...)
	for off := range uint32(2) {
		p = append(p, bpf.LoadIndirect{Off: atNetwork + 2*off, Size: 2})
		for _, port := range ports {
			p = append(p, bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(port), SkipFalse: 1}, bpf.RetConstant{Val: all})
		}
	}
	return append(p, bpf.RetConstant{Val: none})
}
