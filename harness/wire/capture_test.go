package wire

import (
	"net"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"milvus-tls-e2e/harness/connection"
)

// A script of packets, taken by a sniffer as if they had been captured.
type scriptedCapture struct {
	*testing.T
	*Sniffer
	d *decoder
}

func scriptedSniffer(t *testing.T) scriptedCapture {
	o := Options{Canary: []byte("canary")}
	r := record(o)
	return scriptedCapture{t, &Sniffer{ports: map[uint16]*recording{80: r}, hops: map[string]*recording{"hop": r}, flows: map[flow]*captured{}}, newDecoder()}
}

func (s scriptedCapture) packet(from, to layers.TCPPort, tcp layers.TCP, text string) {
	s.Helper()
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: net.IPv4(127, 0, 0, 1), DstIP: net.IPv4(127, 0, 0, 1)}
	tcp.SrcPort, tcp.DstPort = from, to
	tcp.ACK = tcp.Ack > 0
	b := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true},
		&layers.Ethernet{SrcMAC: make([]byte, 6), DstMAC: make([]byte, 6), EthernetType: layers.EthernetTypeIPv4}, ip, &tcp, gopacket.Payload(text))
	if err != nil {
		s.Fatal(err)
	}
	s.take(s.d, b.Bytes(), epoch)
}

func (s scriptedCapture) client(port layers.TCPPort, tcp layers.TCP, text string) {
	s.packet(port, 80, tcp, text)
}

func (s scriptedCapture) server(port layers.TCPPort, tcp layers.TCP, text string) {
	s.packet(80, port, tcp, text)
}

// opens lets a connection begin; the client's bytes are from 101 on and the
// server's from 501.
func (s scriptedCapture) opens(port layers.TCPPort) {
	s.client(port, layers.TCP{SYN: true, Seq: 100}, "")
	s.server(port, layers.TCP{SYN: true, Seq: 500, Ack: 101}, "")
	s.client(port, layers.TCP{Seq: 101, Ack: 501}, "")
}

func (s scriptedCapture) told() []connection.Transcript { return s.hops["hop"].transcripts() }

// What a receiver acknowledges and nobody captured is missed, and said so.
func TestCaptureTellsWhatItMissed(t *testing.T) {
	s := scriptedSniffer(t)
	s.opens(1000)
	s.client(1000, layers.TCP{Seq: 101, Ack: 501}, "GET / HT")
	s.server(1000, layers.TCP{Seq: 501, Ack: 119}, "HTTP/1.1 200\n")
	s.client(1000, layers.TCP{Seq: 119, Ack: 514}, "canary")
	s.client(1000, layers.TCP{Seq: 125, Ack: 514, FIN: true}, "")
	s.server(1000, layers.TCP{Seq: 514, Ack: 126, FIN: true}, "")
	got := s.told()[0]
	matches(t, got, "recorder: 10 bytes from the client were missed", `server: HTTP/1\.1 status 200 in plaintext`, "client: closed", "server: closed")
	if s.lost != 1 || !got.Partial || got.Open || *got.Canary != (connection.Canary{ToServer: 1}) || got.ToServer != 14 {
		t.Errorf("%d lost, facts %+v", s.lost, got)
	}
}

// A connection that takes the ports of an earlier one is another, however the
// earlier one ended, and what is sent again of that is no connection.
func TestCaptureOfPortsUsedAgain(t *testing.T) {
	s := scriptedSniffer(t)
	s.opens(1000)
	s.client(1000, layers.TCP{SYN: true, Seq: 100}, "") // sent again
	s.client(1000, layers.TCP{Seq: 101, Ack: 501}, "GET / HTTP/1.1\n")
	s.client(1000, layers.TCP{Seq: 116, RST: true}, "")
	s.client(1000, layers.TCP{Seq: 101, Ack: 501}, "GET / HTTP/1.1\n") // sent again
	s.server(1000, layers.TCP{Seq: 501, Ack: 116}, "")
	s.client(1000, layers.TCP{SYN: true, Seq: 7000}, "")
	s.server(1000, layers.TCP{SYN: true, Seq: 8000, Ack: 7001}, "")
	s.client(1000, layers.TCP{Seq: 7001, Ack: 8001}, preface)
	s.client(1000, layers.TCP{SYN: true, Seq: 9000}, "")
	all := s.told()
	if len(all) != 3 {
		t.Fatalf("it tells of %d connections", len(all))
	}
	matches(t, all[0], `client: HTTP/1\.1 GET / in plaintext`, "client: reset")
	matches(t, all[1], "client: HTTP/2 preface in plaintext", "recorder: its ports are used again")
	matches(t, all[2])
	if s.lost != 0 || all[0].ToServer != 15 || all[1].Open || !all[2].Open {
		t.Errorf("%d lost, facts %+v", s.lost, all)
	}
}

// Of connections that are over, few are remembered.
func TestCaptureOfManyConnections(t *testing.T) {
	s := scriptedSniffer(t)
	for port := range layers.TCPPort(3 * maxOver) {
		s.opens(1000 + port)
		s.client(1000+port, layers.TCP{Seq: 101, RST: true}, "")
		if len(s.flows) > maxOver+1 {
			t.Fatalf("%d connections are remembered", len(s.flows))
		}
	}
	if all := s.told(); len(all) != 4097 || all[4096].Folded != 3*maxOver-4096 {
		t.Errorf("it tells of %d connections", len(all))
	}
}

func TestCaptureOfWhatIsNoTCP(t *testing.T) {
	s := scriptedSniffer(t)
	for _, packet := range [][]byte{nil, {1}, make([]byte, 14), append(make([]byte, 12), 8, 0, 0x45), append(make([]byte, 12), 0x86, 0xdd)} {
		s.take(s.d, packet, epoch)
	}
	s.packet(1000, 81, layers.TCP{SYN: true, Seq: 1}, "")
	s.server(1000, layers.TCP{Seq: 1, Ack: 2}, "")
	s.client(1000, layers.TCP{Seq: 1, Ack: 2}, "")
	if len(s.flows) != 0 || s.lost != 0 {
		t.Errorf("%d connections, %d lost", len(s.flows), s.lost)
	}
}
