package wire

import (
	"bytes"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"milvus-tls-e2e/harness/connection"
)

// Connections that have sent the worst hold the same memory as those that were
// about to: what was passed on is not kept.
func TestMemoryOfAConnectionIsConstant(t *testing.T) {
	const connections = 32
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var servers sync.WaitGroup
	servers.Go(func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			servers.Go(func() { defer c.Close(); _, _ = io.Copy(io.Discard, c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); servers.Wait() })
	r := relayTo(t, l.Addr().String(), Options{Canary: []byte("canary")})
	var clients []*net.TCPConn
	for range connections {
		clients = append(clients, dial(t, r.Addr()))
	}
	// A message that is kept while it is not whole, in records of one byte.
	hello := handshaken(certificate, strings.Repeat("a", maxMessage))
	var worst []byte
	for i := range len(hello) - 1 {
		worst = append(worst, recorded(handshakeRecord, hello[i:i+1])...)
	}
	sent := 0
	send := func(what []byte) {
		sent += len(what)
		for _, c := range clients {
			if _, err := c.Write(what); err != nil {
				t.Fatal(err)
			}
		}
		settled(t, func() bool {
			all := r.Transcripts()
			behind := func(got connection.Transcript) bool { return got.ToServer != int64(sent) }
			return len(all) == connections && !slices.ContainsFunc(all, behind)
		})
	}
	send(worst[:1])
	begun := heap()
	send(worst[1:])
	message := heap()
	if grown := (message - begun) / connections; grown > 3*maxMessage {
		t.Errorf("a connection grows by %d bytes in a message of %d", grown, maxMessage)
	}
	send(recordedMass)
	send(recordedMass)
	if grown := (heap() - message) / connections; grown > 1<<12 {
		t.Errorf("a connection grows by %d bytes in %d further ones", grown, 2*len(recordedMass))
	}
}

// recordedMass is a megabyte of application data.
var recordedMass = bytes.Repeat([]byte(recorded(applicationData, strings.Repeat("a", 1<<14))), 64)

// heap returns how many bytes are in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
