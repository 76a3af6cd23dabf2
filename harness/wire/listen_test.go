package wire

import (
	"net"
	"runtime"
	"testing"
)

// A client that gave up still dials the port that it was given: nobody else
// may be given it.
func TestNoPortIsGivenTwice(t *testing.T) {
	t.Parallel()
	past := map[int]bool{}
	for range 2000 { // the system alone would give some 70 of them again
		l, err := Listen(t.Context(), "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if past[port] {
			t.Fatalf("port %d was given again", port)
		}
		past[port] = true
	}
}

// apart is any port of an address of the loopback at which nobody else listens,
// where there is one: a port of the others' may have been given to another program
// by the time that it is asked for again.
func apart() string {
	if runtime.GOOS == "linux" {
		return "127.0.0.7:0"
	}
	return "127.0.0.1:0"
}

// A port that is asked for by number is given as often as it is free.
func TestNumberedPortIsGivenAgain(t *testing.T) {
	t.Parallel()
	l, err := Listen(t.Context(), apart())
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	for range 2 {
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if l, err = Listen(t.Context(), addr); err != nil {
			t.Fatal(err)
		}
	}
	_ = l.Close()
}
