package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/milvuspb"
	"golang.org/x/net/http2"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/standin"
)

func TestCurlPollsWithinTheBound(t *testing.T) {
	t.Parallel()
	needCurl(t, harness.Curl)
	addr := serveHTTP(t, nil, api{body: `{"code":200,"data":{"load":"LoadStateNotLoad"}}`}, nil)
	target := aim(t, addr, plain, harness.Attempt{Client: harness.Curl, Port: harness.HTTP, Request: harness.RequestData})
	target.Bound = 3 * pollEvery / 2
	observe(t, target)
}

// What a server says after a handshake, or to a client without TLS, is no sign
// of a port without TLS.
func TestRawTellsGarbageFromRefusal(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("\xff", 100)} {
		for topology, server := range map[harness.Topology]func(net.Conn){plain: says(text), oneWay: overTLS(serverTLS(t), says(text))} {
			o := observe(t, aim(t, serve(t, server), topology, harness.Attempt{Client: harness.Raw, Port: harness.GRPC}))
			if got := o.Outcome(); got == harness.RefusedTLS || got == harness.RefusedPlaintext {
				t.Errorf("%q of %s: it was %s: %+v", text, topology.Name, got, o)
			}
		}
	}
}

// Nor is HTTP/2 in plaintext a refusal of plaintext.
func TestRawTellsHTTP2FromRefusal(t *testing.T) {
	t.Parallel()
	away := frames(t, func(f *http2.Framer) error {
		return errors.Join(f.WriteSettings(), f.WriteGoAway(0, http2.ErrCodeInternal, nil))
	})
	reset := frames(t, func(f *http2.Framer) error {
		return errors.Join(f.WriteSettings(), f.WriteRSTStream(1, http2.ErrCodeRefusedStream))
	})
	for _, text := range []string{away, reset} {
		o := observe(t, aim(t, serve(t, says(text)), plain, harness.Attempt{Client: harness.Raw, Port: harness.GRPC}))
		if o.Outcome() == harness.RefusedPlaintext {
			t.Errorf("it was %s: %+v", o.Outcome(), o)
		}
	}
}

func TestRawReadsNoMoreThanItNeeds(t *testing.T) {
	t.Parallel()
	const offered = 32 << 20
	chunk := strings.Repeat(frames(t, func(f *http2.Framer) error { return f.WriteData(1, false, make([]byte, 1<<14)) }), 16)
	for port, text := range map[harness.Port]string{harness.GRPC: chunk, harness.HTTP: strings.Repeat("X", 1<<18)} {
		sent := make(chan int, 1)
		addr := serve(t, func(c net.Conn) {
			total, err := 0, error(nil)
			if port == harness.HTTP {
				_, err = io.WriteString(c, "HTTP/1.1 200 OK\r\nX-More: ")
			}
			for n := 0; err == nil && total < offered; total += n {
				n, err = io.WriteString(c, text)
			}
			sent <- total
		})
		observe(t, aim(t, addr, plain, harness.Attempt{Client: harness.Raw, Port: port}))
		if n := <-sent; n > offered/2 {
			t.Errorf("%s: %d MB were taken", port, n>>20)
		}
	}
}

// many has a list that is longer than HTTP/2's first window.
type many struct {
	milvuspb.UnimplementedMilvusServiceServer
}

func (many) ShowCollections(context.Context, *milvuspb.ShowCollectionsRequest) (*milvuspb.ShowCollectionsResponse, error) {
	return &milvuspb.ShowCollectionsResponse{Status: &commonpb.Status{}, CollectionNames: []string{strings.Repeat("x", 1<<17)}}, nil
}

func TestRawReadsALongList(t *testing.T) {
	t.Parallel()
	target := aim(t, serveGRPC(t, many{}), plain, harness.Attempt{Client: harness.Raw, Port: harness.GRPC})
	wants(t, observe(t, target), harness.Served)
}

func TestPlainAlertsHaveTheSameNames(t *testing.T) {
	t.Parallel()
	want := alertOf(&net.OpError{Op: "remote error", Err: tls.AlertError(42)})
	if got := plainAlert(42).alert(); *got != *want {
		t.Errorf("%s, want %s", got, want)
	}
}

// An interruption of the run is not what a server did.
func TestInterruptionIsNoObservation(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	defer all.Wait()
	for client := range All {
		if client == harness.Curl && noCurl() {
			continue
		}
		port := map[bool]harness.Port{true: harness.GRPC, false: harness.HTTP}[client == harness.Go]
		target := aim(t, start(t, plain, standin.NeverAnswers).Addr(port), plain, harness.Attempt{Client: client, Port: port})
		all.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), brief)
			defer cancel()
			begin := time.Now()
			o, err := All[client].Observe(ctx, target)
			if took := time.Since(begin); err == nil || took > target.Bound/2 {
				t.Errorf("%s: after %s it was %s", client, took, o.Outcome())
			}
		})
	}
}

func TestRESTSeesItsHandshake(t *testing.T) {
	t.Parallel()
	o := observe(t, aim(t, serveHTTP(t, serverTLS(t), http.NotFoundHandler(), nil), oneWay, harness.Attempt{Client: harness.REST, Port: harness.HTTP}))
	if !o.HandshakeDone {
		t.Errorf("a handshake that was answered over did not take place: %+v", o)
	}
}
