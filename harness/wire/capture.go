package wire

import (
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"milvus-tls-e2e/harness/connection"
)

// A decoder takes packets apart without a copy.
type decoder struct {
	parser *gopacket.DecodingLayerParser
	found  []gopacket.LayerType
	ip4    layers.IPv4
	ip6    layers.IPv6
	tcp    layers.TCP
	udp    layers.UDP
}

func newDecoder() *decoder {
	d := &decoder{}
	d.parser = gopacket.NewDecodingLayerParser(layers.LayerTypeEthernet, &layers.Ethernet{}, &d.ip4, &d.ip6, &d.tcp, &d.udp)
	d.parser.IgnoreUnsupported = true
	return d
}

// decode takes a packet apart; it gives the last layer that is known.
func (d *decoder) decode(packet []byte) (last gopacket.LayerType, from, to netip.Addr) {
	if err := d.parser.DecodeLayers(packet, &d.found); err != nil {
		return gopacket.LayerTypeZero, from, to
	}
	for _, last = range d.found {
		switch last {
		case layers.LayerTypeIPv4:
			from, _ = netip.AddrFromSlice(d.ip4.SrcIP)
			to, _ = netip.AddrFromSlice(d.ip4.DstIP)
		case layers.LayerTypeIPv6:
			from, _ = netip.AddrFromSlice(d.ip6.SrcIP)
			to, _ = netip.AddrFromSlice(d.ip6.DstIP)
		}
	}
	return last, from, to
}

// A flow is a connection by its addresses.
type flow struct{ client, server netip.AddrPort }

// A captured is a connection that is captured.
type captured struct {
	talk           *conversation
	hop            *recording
	client, server reassembler
	over           bool
}

// maxOver is how many connections that are over are remembered, so that what is
// sent again of one is not taken for a new one.
const maxOver = 4096

// take reads one packet. The lock is held.
func (s *Sniffer) take(d *decoder, packet []byte, at time.Time) {
	last, from, to := d.decode(packet)
	switch last {
	case layers.LayerTypeUDP:
		if uint16(d.udp.DstPort) == s.markerPort() && len(d.udp.Payload) == 8 {
			s.reach(binary.BigEndian.Uint64(d.udp.Payload))
		}
	case layers.LayerTypeTCP:
		src, dst := netip.AddrPortFrom(from, uint16(d.tcp.SrcPort)), netip.AddrPortFrom(to, uint16(d.tcp.DstPort))
		if c, who := s.find(src, dst, &d.tcp, at); c != nil && !c.over {
			s.lost += c.take(who, &d.tcp, at)
		}
	}
}

// find returns a packet's connection and its sender, or nil for a connection that is not
// recorded.
func (s *Sniffer) find(src, dst netip.AddrPort, tcp *layers.TCP, at time.Time) (*captured, connection.Party) {
	there, back := flow{src, dst}, flow{dst, src}
	opens := tcp.SYN && !tcp.ACK
	if c := s.flows[there]; c != nil && (!opens || c.client.known && c.client.first == tcp.Seq) {
		return c, connection.FromClient
	} else if c != nil {
		c.stop(connection.EndClosed, "its ports are used again", at)
		delete(s.flows, there)
	}
	if c := s.flows[back]; c != nil && !opens {
		return c, connection.FromServer
	}
	if hop := s.ports[dst.Port()]; hop != nil && (opens || len(tcp.Payload) > 0) {
		return s.begin(hop, there, opens, at), connection.FromClient
	}
	if hop := s.ports[src.Port()]; hop != nil && len(tcp.Payload) > 0 {
		return s.begin(hop, back, false, at), connection.FromServer
	}
	return nil, ""
}

// begin adds a connection, from its first packet or from amidst.
func (s *Sniffer) begin(hop *recording, f flow, first bool, at time.Time) *captured {
	if len(s.flows) > maxOver {
		for f, c := range s.flows {
			if c.over {
				delete(s.flows, f)
			}
		}
	}
	c := &captured{hop: hop, talk: hop.begin(at, f.client.String(), f.server.String())}
	if !first {
		c.talk.missed("it began before the capture", at, connection.FromClient, connection.FromServer)
	}
	s.flows[f] = c
	return c
}
