package standin_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/milvus-io/milvus/client/v2/milvusclient"
	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// A takeover shows a fault of a stand-in that follows another: what an honest one
// and a faulty server come to in the same place.
type takeover struct {
	fault          standin.Fault
	topology       harness.Topology
	change         func(*deploy.Spec)
	see            func(*testing.T, deploy.Deployment) string
	honest, faulty string
}

func takeovers() []takeover {
	broken := func(s *deploy.Spec) { s.Change = harness.ConfigChange{Key: "common.security.tlsMode", Value: "7"} }
	old := func(s *deploy.Spec) { s.Settings = &harness.Server{} }
	early := func(s *deploy.Spec) { s.Server.Where = map[string]string{standin.WhereFirst: "2.5.16"} }
	const both, far, one = "1 3", "3 1", "1"
	return []takeover{
		{standin.LosesRowsOnUpgrade, mode0, nil, found, both, one},
		{standin.SearchChangedByUpgrade, mode0, nil, found, both, far},
		{standin.ShutsOutOldClients, mode0, nil, found, both, "not loaded"},
		{standin.ForgetsUsersOnUpgrade, users(mode0), nil, keeper, "served", "unauthenticated"},
		{standin.OpensPlaintextAfterUpgrade, mode2, nil, sees(client{at: harness.HTTP, plain: true}), "HTTP 400", "served"},
		{standin.DoesNotTakeOver, mode0, nil, starts, "up", "no reason"},
		{standin.TripsOverDrops, mode0, nil, starts, "up", "collection not found"},
		{standin.FailedStartCorrupts, mode0, broken, foundAgain, both, one},
		{standin.StartsPastASkippedStep, mode0, early, starts, "no reasonpanic: the data are of", "up"},
		{standin.LosesRowsOnReturn, mode0, nil, foundOnReturn, both, one},
		{standin.ReadsOldSettingsOtherwise, mode0, old, sees(client{at: harness.HTTP, plain: true}), "served", "nothing listens"},
	}
}

// fill writes two rows and drops something else, or makes a user where there
// are users.
func fill(t *testing.T, d deploy.Deployment, topology harness.Topology) {
	t.Helper()
	switch {
	case topology.Users:
		c, err := connect(t, d, 0, "root", "Milvus")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.CreateUser(t.Context(), milvusclient.NewCreateUserOption("keeper", "secret")); err != nil {
			t.Fatal(err)
		}
		if err := c.CreateUser(t.Context(), milvusclient.NewCreateUserOption("keeper", "other")); err == nil {
			t.Error("a user was made twice")
		}
	case topology.Mode == 0:
		restPath(t, d)
		call(t, d, 0, "POST", "/v1/vector/collections/create", `{"collectionName": "dropped", "dimension": 2, "metricType": "L2"}`)
		call(t, d, 0, "POST", "/v1/vector/collections/drop", `{"collectionName": "dropped"}`)
	}
}

// found tells which rows a search for the first one finds, by their vectors.
func found(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	response, err := http.Post("http://"+d.Addr(harness.HTTP)+"/v1/vector/search", "application/json",
		strings.NewReader(`{"collectionName": "canary", "vector": [1, 1], "outputFields": ["vector"]}`))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "not loaded") {
		return "not loaded"
	}
	var rows []string
	for _, part := range strings.Split(string(text), `"vector":[`)[1:] {
		value, _, _ := strings.Cut(part, ",")
		rows = append(rows, value)
	}
	return strings.Join(rows, " ")
}

// foundAgain tells what is found when a stand-in follows one that failed.
func foundAgain(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	if starts(t, d) == "up" {
		t.Error("it did not fail")
	}
	return found(t, follow(t, d, deploy.Spec{Name: t.Name(), Topology: mode0}))
}

// foundOnReturn tells what is found when a further stand-in takes over.
func foundOnReturn(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	return found(t, follow(t, d, deploy.Spec{Name: t.Name(), Topology: mode0}))
}

func keeper(t *testing.T, d deploy.Deployment) string {
	t.Helper()
	c, err := connect(t, d, 0, "keeper", "secret")
	if err == nil {
		_, err = c.ListCollections(t.Context(), milvusclient.NewListCollectionOption())
	}
	switch {
	case err == nil:
		return "served"
	case strings.Contains(err.Error(), "auth check failure"):
		return "unauthenticated"
	}
	return err.Error()
}

func succession(t *testing.T, d deploy.Deployment) deploy.Succession {
	t.Helper()
	can, err := d.Capabilities().Succession.Get()
	if err != nil {
		t.Fatal(err)
	}
	return can
}

// follow halts a stand-in and starts another in its place, with its files.
func follow(t *testing.T, d deploy.Deployment, s deploy.Spec) deploy.Deployment {
	t.Helper()
	old := succession(t, d)
	if _, err := old.Shutdown(t.Context(), bound); err != nil {
		t.Fatal(err)
	}
	files, err := pkitest.CertSet(t).WriteServer(t.TempDir(), harness.ConfigChange{})
	if err != nil {
		t.Fatal(err)
	}
	s.Files = files
	next, err := old.Start(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	for _, port := range []harness.Port{harness.GRPC, harness.HTTP, harness.Management} {
		if next.Addr(port) != d.Addr(port) {
			t.Errorf("%s moved from %s to %s", port, d.Addr(port), next.Addr(port))
		}
	}
	return next
}

func TestEachFaultOfATakeoverIsTold(t *testing.T) {
	t.Parallel()
	for _, c := range takeovers() {
		t.Run(string(c.fault), func(t *testing.T) {
			t.Parallel()
			for want, faults := range map[string][]standin.Fault{c.honest: nil, c.faulty: {c.fault}} {
				first := began(t, c.topology, harness.ConfigChange{}, faults...)
				fill(t, first, c.topology)
				s := deploy.Spec{Name: t.Name(), Topology: c.topology}
				if c.change != nil {
					c.change(&s)
				}
				if got := c.see(t, follow(t, first, s)); !strings.HasPrefix(got, want) || want == "1" && got != want {
					t.Errorf("%v: %q, want %q", faults, got, want)
				}
			}
		})
	}
}

func TestNobodyFollowsOneThatRuns(t *testing.T) {
	t.Parallel()
	d := began(t, mode0, harness.ConfigChange{})
	if _, err := succession(t, d).Start(t.Context(), deploy.Spec{Topology: mode0}); err == nil {
		t.Errorf("another listens at %s", d.Addr(harness.GRPC))
	}
}

// A port of a stand-in that is halted is never free: the system would give it to
// another who asks for any, and no stand-in could follow.
func TestPortsStayTakenWhileOneFollows(t *testing.T) {
	t.Parallel()
	d := began(t, mode0, harness.ConfigChange{})
	at, err := net.ResolveTCPAddr("tcp", d.Addr(harness.GRPC))
	if err != nil {
		t.Fatal(err)
	}
	over, followed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		for {
			if isFree(at.Port) {
				t.Errorf("port %d was free", at.Port)
				return
			}
			select {
			case <-followed:
				return
			default:
			}
		}
	}()
	for range 20 {
		d = follow(t, d, deploy.Spec{Name: t.Name(), Topology: mode0})
	}
	close(followed)
	<-over
}

// isFree reports whether a port of 127.0.0.1 can be taken by who shares none.
func isFree(port int) bool {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return false
	}
	defer func() { _ = unix.Close(fd) }()
	unix.CloseOnExec(fd)
	return unix.Bind(fd, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}) == nil
}
