//go:build e2e

package suites

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/plan"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/harness/run"
	"milvus-tls-e2e/suites/topologies"
)

// refusals is how many bad clients each of the two loops sends: about two
// seconds' worth, to a server that this run started on loopback.
const refusals = 1500

// benchIdentity is refused by every server that looks at a certificate's use.
const benchIdentity = "server-auth-only"

// TestRefusalRate measures judged refusals a second against a bare TLS loop
// that makes the same handshakes with the same server, one after the other in
// one run.
func TestRefusalRate(t *testing.T) {
	in, err := report.ReadPlan(options.Out)
	if err != nil {
		fatal(t, err)
	}
	dir, remove, err := process.Folder()
	if err != nil {
		fatal(t, err)
	}
	defer func() { _ = remove() }()
	certs, err := pki.NewCertSet()
	if err != nil {
		fatal(t, err)
	}
	provider, err := process.New(t.Context(), options.Isolation, dir, certs, in.Servers)
	if err != nil {
		fatal(t, err)
	}
	defer func() { _ = provider.Close() }()
	ready, server := &seen{Provider: provider}, in.Servers[len(in.Servers)-1]
	judged := judgedRefusals(t, ready, certs, dir, server)
	fmt.Printf("judged refusals on one %s: %s\n", server.Version, judged)
	bare := bareRefusals(t, ready.last.Addr(harness.GRPC), certs)
	fmt.Printf("bare TLS loop, same handshakes: %s\n", bare)
	fmt.Printf("ratio: %.2f\n", bare.took.Seconds()/judged.took.Seconds())
}

// A loop is what a number of refusals took.
type loop struct{ took, own, servers time.Duration }

// String returns the rate, and what one more case costs.
func (l loop) String() string {
	each := func(d time.Duration) float64 { return d.Seconds() * 1000 / refusals }
	return fmt.Sprintf("%.0f/s, one more takes %.2f ms of processor time here and %.2f ms of the server's",
		refusals/l.took.Seconds(), each(l.own), each(l.servers))
}

// begun is when a loop began, and what had been spent by then.
func begun() (ended func() loop) {
	begin := time.Now()
	own, servers := spent()
	return func() loop {
		took := time.Since(begin)
		ownNow, serversNow := spent()
		return loop{took, ownNow - own, serversNow - servers}
	}
}

// spent returns the processor time of this process, and of those that it started, and
// they, and that still run.
func spent() (own, servers time.Duration) {
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		panic(err)
	}
	parents, times := map[int]int{}, map[int]time.Duration{}
	for _, file := range all {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) // from the state on, the third field
		parent, errParent := strconv.Atoi(fields[1])
		user, errUser := strconv.Atoi(fields[11])
		system, errSystem := strconv.Atoi(fields[12])
		if err := errors.Join(err, errParent, errUser, errSystem); err != nil {
			panic(fmt.Errorf("read %s: %w", file, err)) // the kernel's own form
		}
		parents[pid], times[pid] = parent, time.Duration(user+system)*tick
	}
	for pid := range times {
		if pid == os.Getpid() {
			continue
		}
		for up := pid; up != 0; up = parents[up] {
			if up == os.Getpid() {
				servers += times[pid]
			}
		}
	}
	return times[os.Getpid()], servers
}

// tick is in what Linux tells processes' times.
const tick = time.Second / 100

// seen remembers the deployment that a provider made, and leaves it running.
type seen struct {
	*process.Provider
	last deploy.Deployment
}

func (s *seen) Deploy(ctx context.Context, spec deploy.Spec) (deploy.Deployment, error) {
	d, err := s.Provider.Deploy(ctx, spec)
	s.last = d
	return unstopped{d}, err
}

type unstopped struct{ deploy.Deployment }

// Stop does nothing: the bare loop comes after.
func (unstopped) Stop() error { return nil }

// judgedRefusals sends the bad clients through plan, probe and judge.
func judgedRefusals(t *testing.T, provider *seen, certs *pki.CertSet, dir string, server harness.Server) (judged loop) {
	claim := harness.Claim{ID: "refusals", Severity: harness.SeverityLow}
	for i := range refusals {
		claim.Cases = append(claim.Cases, harness.Case{Name: fmt.Sprint(i), Want: harness.RefusedCertificate, Check: harness.Attempt{
			Client: harness.Raw, Port: harness.GRPC, Identity: benchIdentity,
			Login: harness.Login(fmt.Sprint(i)), // makes each check another one, and changes nothing
		}})
	}
	server.Claims = []string{claim.ID}
	plan, err := plan.New(plan.Inputs{
		Servers: []harness.Server{server}, Topologies: []string{"mode-2"}, Clients: harness.Clients,
	}, []harness.Claim{claim}, topologies.All())
	if err != nil {
		fatal(t, err)
	}
	var ended func() loop
	s, err := run.New(run.Config{
		Plan: plan, Claims: []harness.Claim{claim}, Topologies: topologies.All(), CertSet: certs, Dir: dir,
		Providers: map[string]deploy.Provider{provider.Name(): provider}, Cells: 1, Boots: 1, Bounds: run.DefaultBounds,
		Progress: func(e run.Event) {
			switch e.What {
			case "ready":
				ended = begun()
			case "judged":
				judged = ended()
			}
		},
	})
	if err != nil {
		fatal(t, err)
	}
	s.Run(t.Context())
	for _, r := range s.Results() {
		if r.Verdict != harness.Confirmed {
			t.Fatalf("case %s is %v: %s", r.Case, r.Verdict, r.Reason)
		}
	}
	return judged
}

// bareRefusals makes the same handshakes with crypto/tls alone, as many at once
// as the scheduler does.
func bareRefusals(t *testing.T, addr string, certs *pki.CertSet) loop {
	cert, err := certs.Identity(benchIdentity)
	if err != nil {
		fatal(t, err)
	}
	pair := cert.TLS()
	config := &tls.Config{
		RootCAs: certs.CA().Pool(), ServerName: harness.RightName, NextProtos: []string{"h2"},
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil },
	}
	work := make(chan struct{}, refusals)
	for range refusals {
		work <- struct{}{}
	}
	close(work)
	ended := begun()
	var wg sync.WaitGroup
	for range run.CasesAtOnce {
		wg.Go(func() {
			for range work {
				if err := refuse(addr, config); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return ended()
}

func refuse(addr string, config *tls.Config) error {
	conn, err := net.DialTimeout("tcp", addr, 10*time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return err
	}
	client := tls.Client(conn, config)
	if err := client.Handshake(); err != nil {
		return err
	}
	var remote *net.OpError
	if _, err = io.ReadFull(client, make([]byte, 1)); !errors.As(err, &remote) || remote.Op != "remote error" {
		return fmt.Errorf("no alert came: %w", err)
	}
	return nil
}
