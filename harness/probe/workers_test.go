package probe

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
)

// realWorkers are the clients that are installed here.
func realWorkers(t *testing.T) (*Workers, map[harness.ClientVersion]Launch) {
	t.Helper()
	if testing.Short() {
		t.Skip("left to make test: SDKs of other languages take seconds to start")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip("there is no cache folder: ", err)
	}
	folders := map[string]string{}
	for _, sdk := range harness.SDKs() {
		name := string(sdk.Installed())
		if at, err := os.ReadFile(filepath.Join(cache, "milvus-tls-e2e", "clients", name+".at")); err == nil {
			if _, err := os.Stat(string(at)); err == nil {
				folders[name] = string(at)
			}
		}
	}
	launches := Installed(folders)
	workers := NewWorkers(t.TempDir(), launches)
	t.Cleanup(workers.Close)
	return workers, launches
}

// TestNoConnectionIsSharedBetweenIdentities sends a good client and then a bad
// one through one worker, to one server: each must make its own handshake.
func TestNoConnectionIsSharedBetweenIdentities(t *testing.T) {
	t.Parallel()
	workers, installed := realWorkers(t)
	for _, sdk := range harness.SDKs() {
		t.Run(sdk.String(), func(t *testing.T) {
			t.Parallel()
			if _, is := installed[sdk]; !is {
				t.Skipf("the client %s is not installed here", sdk)
			}
			addr := start(t, mutual).Addr(harness.GRPC)
			probe := workers.Probes()[sdk.Client]
			for _, as := range []string{harness.Good, harness.Nobody, "expired", harness.Good} {
				target := aimWorker(t, addr, sdk, as)
				o, err := probe.Observe(t.Context(), target)
				if err != nil {
					t.Fatalf("%s: nothing was observed: %v", as, err)
				}
				want := harness.NotServed
				if as == harness.Good {
					want = harness.Served
				}
				wants(t, o, want)
				if o.Local == "" || o.FirstProtocol != harness.TransportTLS || o.ReusedConn {
					t.Errorf("%s: it made no handshake of its own: %+v", as, o)
				}
				t.Logf("%s %.2f %s %s", as, o.Seconds, o.Outcome(), o.Detail)
			}
		})
	}
}

func aimWorker(t *testing.T, addr string, sdk harness.ClientVersion, as string) Target {
	t.Helper()
	target := aim(t, addr, mutual, harness.Attempt{Client: sdk.Client, Release: sdk.Release, Port: harness.GRPC, Identity: as})
	target.Bound = time.Minute // as in a run: a JVM's first attempt was seen to take 40 s at a load of 37
	files, err := written()
	if err != nil {
		t.Fatal(err)
	}
	target.Files.CA = files.Trust(target.Attempt.TrustStore)
	if target.Attempt.Identity != harness.Nobody {
		target.Files.Cert, target.Files.Key = files.Client(target.Attempt.Identity)
	}
	target.Good.CA = files.Trust(harness.TrustCA)
	target.Good.Cert, target.Good.Key = files.Client(harness.Good)
	return target
}

// TestServedClientsSaySoFirst asks served clients whose connections have ended
// for a word, as far as they end first: that they were served must come before.
func TestServedClientsSaySoFirst(t *testing.T) {
	t.Parallel()
	workers, installed := realWorkers(t)
	addr := start(t, mutual).Addr(harness.GRPC)
	for _, sdk := range harness.SDKs() {
		t.Run(sdk.String(), func(t *testing.T) {
			t.Parallel()
			if _, is := installed[sdk]; !is {
				t.Skipf("the client %s is not installed here", sdk)
			}
			w, err := workers.get(t.Context(), sdk)
			if err != nil {
				t.Fatal(err)
			}
			target := aimWorker(t, addr, sdk, harness.Good)
			var served sync.WaitGroup
			defer served.Wait()
			for range 5 {
				a := workerAttempt{Workers: workers, sdk: sdk, worker: w, relay: relayTo(t, addr), target: target}
				served.Go(func() { saysSoFirst(t, a) })
			}
		})
	}
}

func saysSoFirst(t *testing.T, a workerAttempt) {
	_, answer, err := a.send(a.request())
	if err != nil {
		t.Error(err)
		return
	}
	var r workerReply
	select {
	case r = <-answer:
	case <-a.relay.end():
		_, pong, err := a.send(request{Ping: true})
		if err != nil {
			t.Error(err)
			return
		}
		<-pong
		select {
		case r = <-answer:
		default:
			t.Error("its connection ended before it said that it was served")
			return
		}
	}
	if !r.Served {
		t.Errorf("it was not served: %s", r.Message)
	}
}
