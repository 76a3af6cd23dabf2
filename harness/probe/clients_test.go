package probe

import (
	"os/exec"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy/standin"
)

// others are the clients besides raw, each with the port that it is for.
var others = map[harness.Client]harness.Port{harness.Go: harness.GRPC, harness.REST: harness.HTTP, harness.Curl: harness.HTTP}

// A clientCase is one attempt by each of the others at a stand-in. None of them
// can tell why it was not served where the server refused it.
type clientCase struct {
	name    string
	server  harness.Topology
	fault   standin.Fault
	as      harness.Topology // what the client takes the server for; zero is what it is
	attempt harness.Attempt
	bound   time.Duration // zero is ample
	want    harness.Outcome
}

var clientCases = []clientCase{
	{name: "served in plaintext", server: plain, want: harness.Served},
	{name: "served over TLS", server: oneWay, want: harness.Served},
	{name: "served with a certificate", server: mutual, want: harness.Served},
	{name: "served with a login", server: users(mutual), want: harness.Served},
	{name: "the whole data path", server: mutual, attempt: harness.Attempt{Request: harness.RequestData}, want: harness.Served},
	{name: "the whole data path, losing rows", server: plain, fault: standin.InsertLost, attempt: harness.Attempt{Request: harness.RequestData},
		bound: 8 * time.Second, want: harness.APIError}, // both look for the row until the bound is over
	{name: "no certificate", server: mutual, attempt: harness.Attempt{Identity: harness.Nobody}, want: harness.NotServed},
	{name: "expired", server: mutual, attempt: harness.Attempt{Identity: "expired"}, want: harness.NotServed},
	{name: "no certificate and no alert", server: mutual, fault: standin.ClosesWithoutAlert, attempt: harness.Attempt{Identity: harness.Nobody},
		want: harness.NotServed},
	{name: "no login", server: users(oneWay), attempt: harness.Attempt{Login: harness.LoginNone}, want: harness.RefusedCredentials},
	{name: "wrong password", server: users(oneWay), attempt: harness.Attempt{Login: harness.LoginWrong}, want: harness.RefusedCredentials},
	{name: "wrong name", server: oneWay, attempt: harness.Attempt{Name: "wrong.example"}, want: harness.RefusedByClient},
	{name: "untrusted", server: oneWay, attempt: harness.Attempt{TrustStore: harness.TrustOther}, want: harness.RefusedByClient},
	{name: "TLS to a plaintext port", server: plain, as: oneWay, want: harness.RefusedTLS},
	{name: "plaintext to a TLS port", server: oneWay, as: plain, want: harness.RefusedPlaintext},
	{name: "silent to a ClientHello", server: oneWay, fault: standin.NeverAnswers, bound: brief, want: harness.TimedOut},
	{name: "silent", server: plain, fault: standin.NeverAnswers, bound: brief, want: harness.TimedOut},
	{name: "nothing listens", server: unknown, as: oneWay, want: harness.NothingListens},
}

func TestOtherClients(t *testing.T) {
	if testing.Short() {
		t.Skip("left to make test: some of them wait until a bound is over")
	}
	t.Parallel()
	for _, tt := range clientCases {
		var faults []standin.Fault
		if tt.fault != "" {
			faults = append(faults, tt.fault)
		}
		if tt.as.Name == "" {
			tt.as = tt.server
		}
		server := start(t, tt.server, faults...)
		for client, port := range others {
			t.Run(tt.name+"/"+string(client), func(t *testing.T) {
				t.Parallel()
				needCurl(t, client)
				tt.check(t, client, port, server.Addr(port))
			})
		}
	}
}

func (tt clientCase) check(t *testing.T, client harness.Client, port harness.Port, addr string) {
	t.Helper()
	tt.attempt.Client, tt.attempt.Port = client, port
	target := aim(t, addr, tt.as, tt.attempt)
	if tt.bound != 0 {
		target.Bound = tt.bound
	}
	o := observe(t, target)
	wants(t, o, tt.want)
	if tt.want != harness.NothingListens && tt.want != harness.RefusedTLS && tt.want != harness.TimedOut {
		placed(t, o, target)
	}
	switch cut := tt.fault == standin.ClosesWithoutAlert; tt.want {
	case harness.RefusedTLS, harness.RefusedPlaintext: // however it ends
	case harness.NotServed: // the alert of a refusal may be lost, so that one looks like the other
		if cut && !o.Dropped {
			t.Errorf("its connection was cut: %+v", o)
		}
	default:
		if o.Dropped {
			t.Errorf("its connection was not cut: %+v", o)
		}
	}
	if tt.server.TLS() && tt.as.TLS() && tt.fault == "" {
		tt.certificates(t, o)
	}
}

func noCurl() bool {
	_, err := exec.LookPath("curl")
	return err != nil
}

func needCurl(t *testing.T, client harness.Client) {
	t.Helper()
	if client == harness.Curl && noCurl() {
		t.Skip("curl is not installed here")
	}
}

// certificates checks what a client says of both certificates; curl knows of
// neither.
func (tt clientCase) certificates(t *testing.T, o connection.Observation) {
	t.Helper()
	if o.SelfReportOnly != (tt.attempt.Client == harness.Curl) {
		t.Errorf("blind is %v", o.SelfReportOnly)
	}
	if o.SelfReportOnly {
		if o.ServerCert != "" || o.ClientCert != "" || o.CertRequested || o.Alert != nil {
			t.Errorf("curl cannot know %+v", o)
		}
		return
	}
	peered(t, o)
	if tt.want == harness.RefusedByClient {
		return
	}
	resolved := tt.attempt.In(tt.as)
	cert, err := sharedCerts(t).Identity(resolved.Identity)
	if err != nil {
		t.Fatal(err)
	}
	if mutual := tt.server.Mode == 2; o.CertRequested != mutual || mutual && o.ClientCert != cert.Fingerprint() {
		t.Errorf("asked is %v, sent %.12q, want %.12q", o.CertRequested, o.ClientCert, cert.Fingerprint())
	}
}
