package wire

import (
	"errors"
	"io"
	"net"
	"testing"

	"github.com/gopacket/gopacket/layers"
)

// On a loopback each packet goes out and comes in again: it is captured once, and
// none of a port that nobody asked for. What went past before the filter was there
// does not matter.
func TestEachPacketIsCapturedOnce(t *testing.T) {
	s, err := open("lo")
	if errors.Is(err, ErrNotPermitted) || errors.Is(err, ErrNotLinux) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	here, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = here.Close() }()
	to := serving(t, func(c *net.TCPConn) { _, _ = io.Copy(c, c) })
	if err := s.filter([]uint16{1}, uint16(here.LocalAddr().(*net.UDPAddr).Port)); err != nil {
		t.Fatal(err)
	}
	other, asked := dial(t, to), layers.TCPPort(portIn(t, to)) // that is not asked for
	_ = other.CloseWrite()
	_, _ = io.ReadAll(other)
	for range 3 {
		if _, err := here.WriteTo([]byte("to itself"), here.LocalAddr()); err != nil {
			t.Fatal(err)
		}
	}
	seen, besides, d := 0, 0, newDecoder()
	settled(t, func() bool {
		packet, whole, _, err := s.read()
		if err != nil || !whole {
			t.Fatalf("a packet is whole: %t, %v", whole, err)
		}
		switch last, _, _ := d.decode(packet); {
		case last == layers.LayerTypeUDP && string(d.udp.Payload) == "to itself":
			seen++
		case last == layers.LayerTypeTCP && (d.tcp.SrcPort == asked || d.tcp.DstPort == asked):
			besides++
		}
		return packet == nil && seen >= 3
	})
	if seen != 3 || besides != 0 {
		t.Errorf("of 3 packets it saw %d, and %d besides", seen, besides)
	}
	if n, err := s.dropped(); n != 0 || err != nil {
		t.Errorf("%d are dropped, %v", n, err)
	}
}
