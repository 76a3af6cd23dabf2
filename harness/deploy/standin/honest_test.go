package standin_test

import (
	"crypto/tls"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/pki/pkitest"
)

var bothPorts = []harness.Port{harness.GRPC, harness.HTTP}

func TestWhoIsServed(t *testing.T) {
	t.Parallel()
	const bad, required, unknown, expired, version = "alert tls: bad certificate", "alert tls: certificate required",
		"alert tls: unknown certificate authority", "alert tls: expired certificate", "alert tls: protocol version not supported"
	servers := map[int]deploy.Deployment{
		0: began(t, mode0, harness.ConfigChange{}), 1: began(t, mode1, harness.ConfigChange{}), 2: began(t, mode2, harness.ConfigChange{}),
	}
	for _, c := range []struct {
		mode int
		client
		want string
	}{
		{0, client{plain: true}, "served"},
		{0, client{}, "no TLS"},
		{1, client{}, "served"},
		{1, client{only: tls.VersionTLS12}, "served"},
		{1, client{only: tls.VersionTLS13}, "served"},
		{1, client{only: tls.VersionTLS11}, version},
		{1, client{as: "expired"}, "served"},
		{1, client{name: "wrong.example"}, "untrusted"},
		{2, client{}, required},
		{2, client{as: "expired"}, expired},
		{2, client{as: "foreign-ca-other-subject"}, unknown},
		{2, client{as: "foreign-ca-same-subject"}, unknown},
		{2, client{as: "server-auth-only"}, bad},
		{2, client{as: "key-mismatch"}, "alert tls: error decrypting message"},
		{2, client{as: harness.Good, only: tls.VersionTLS12}, version},
	} {
		for _, port := range bothPorts {
			c.at = port
			if got := c.check(t, servers[c.mode]).what; got != c.want {
				t.Errorf("mode %d, %s, %+v: %s, want %s", c.mode, port, c.client, got, c.want)
			}
		}
	}
	for _, name := range pki.Names(true) {
		for _, port := range bothPorts {
			if got := (client{at: port, as: name}).check(t, servers[2]).what; got != "served" {
				t.Errorf("mode 2, %s, %s: %s", port, name, got)
			}
		}
	}
}

func TestCertificateShownIsTheConfiguredOne(t *testing.T) {
	t.Parallel()
	d := began(t, mode1, harness.ConfigChange{})
	for _, port := range bothPorts {
		s := client{at: port}.check(t, d)
		if len(s.state.PeerCertificates) == 0 || string(s.state.PeerCertificates[0].Raw) != string(pkitest.CertSet(t).Server().TLS().Certificate[0]) {
			t.Errorf("%s shows another certificate", port)
		}
	}
}

func TestPlaintextAtTLSPorts(t *testing.T) {
	t.Parallel()
	d := began(t, mode2, harness.ConfigChange{})
	if s := (client{at: harness.HTTP, plain: true}).check(t, d); s.what != "HTTP 400" || !strings.Contains(s.body, "Client sent an HTTP request to an HTTPS server.") {
		t.Errorf("REST: %s %q", s.what, s.body)
	}
	if s := (client{at: harness.GRPC, plain: true}).check(t, d); s.what != "closed" {
		t.Errorf("gRPC: %s", s.what)
	}
}

func TestRefusalsAreLogged(t *testing.T) {
	t.Parallel()
	d := began(t, mode2, harness.ConfigChange{})
	_, before, err := d.Log(-1)
	if err != nil || before == 0 {
		t.Fatalf("end of the log: %d, %v", before, err)
	}
	s := client{at: harness.GRPC}.check(t, d)
	awaitLog(t, d, `ServerHandshake("`+s.local+`") failed: tls: client didn't provide a certificate`)
	s = client{at: harness.HTTP, as: "server-auth-only"}.check(t, d)
	awaitLog(t, d, "http: TLS handshake error from "+s.local+": ", "incompatible key usage")
	since, end, err := d.Log(before)
	if err != nil || end != before+int64(len(since)) || strings.Contains(string(since), "is up") {
		t.Errorf("log since %d ends at %d, %v:\n%s", before, end, err, since)
	}
}

func TestRESTPlaces(t *testing.T) {
	t.Parallel()
	for _, place := range []harness.RESTPort{harness.UnsetPort, harness.EqualPort} {
		d := began(t, rest(mode0, place), harness.ConfigChange{})
		if d.Addr(harness.HTTP) != d.Addr(harness.GRPC) {
			t.Errorf("%s: REST is at %s, gRPC at %s", place, d.Addr(harness.HTTP), d.Addr(harness.GRPC))
		}
		for _, speaks := range []harness.Client{harness.Raw, harness.REST} {
			if got := (client{at: harness.GRPC, speaks: speaks, plain: true}).check(t, d).what; got != "served" {
				t.Errorf("%s, %s: %s", place, speaks, got)
			}
		}
	}
	d := began(t, rest(mode1, harness.NoREST), harness.ConfigChange{})
	if got := (client{at: harness.GRPC}).check(t, d).what; got != "served" {
		t.Errorf("REST off: gRPC is %s", got)
	}
	if got := (client{at: harness.HTTP}).check(t, d).what; got != "nothing listens" {
		t.Errorf("REST off: REST is %s", got)
	}
}

func TestRESTWithUsers(t *testing.T) {
	t.Parallel()
	d := began(t, users(mode1), harness.ConfigChange{})
	for header, want := range map[string]string{
		"": "HTTP 401", "Authorization: Bearer root:milvus": "HTTP 401",
		"Authorization: Bearer root:Milvus": "served", "Authorization: Basic cm9vdDpNaWx2dXM=": "served",
	} {
		if s := (client{at: harness.HTTP, header: header}).check(t, d); s.what != want || want == "HTTP 401" && !strings.Contains(s.body, "1800") {
			t.Errorf("%q: %s %s", header, s.what, s.body)
		}
	}
}

func TestManagementAndUnknownPaths(t *testing.T) {
	t.Parallel()
	d := began(t, mode2, harness.ConfigChange{})
	for ask, want := range map[string]string{
		"GET /healthz": "served", "GET /metrics": "served", "GET /api/v1/collections": "HTTP 404", "GET /api/v1/collection/existence": "HTTP 404",
	} {
		if s := (client{at: harness.Management, plain: true, ask: ask}).check(t, d); s.what != want || ask == "GET /healthz" && s.body != "OK" {
			t.Errorf("%s: %s %q", ask, s.what, s.body)
		}
	}
	for ask, want := range map[string]string{
		"GET /v2/vectordb/collections/list": "served", "POST /v1/vector/collections": "HTTP 404", "GET /": "HTTP 404",
	} {
		if s := (client{at: harness.HTTP, as: harness.Good, ask: ask}).check(t, d); s.what != want || want == "served" && s.body != `{"code":0,"data":[]}` {
			t.Errorf("%s: %s %q", ask, s.what, s.body)
		}
	}
}

// failedStarts are changes that an honest stand-in does not start with.
func failedStarts() map[string]struct {
	topology harness.Topology
	change   harness.ConfigChange
	says     []string
} {
	type began = struct {
		topology harness.Topology
		change   harness.ConfigChange
		says     []string
	}
	shared := []string{"panic: proxy server(http) and external grpc server share the same port, tls mode must be 0"}
	mode := []string{"panic: tls mode must be 0: no authentication, 1: one way authentication or 2: two way authentication"}
	all := map[string]began{
		"rest-unset":     {rest(mode1, harness.UnsetPort), harness.ConfigChange{}, shared},
		"rest-equal":     {rest(mode2, harness.EqualPort), harness.ConfigChange{}, shared},
		"mode-3":         {harness.Topology{Mode: 3}, harness.ConfigChange{}, mode},
		"mode-3-no-rest": {harness.Topology{Mode: 3, REST: harness.NoREST}, harness.ConfigChange{}, mode},
		"mode-negative":  {mode0, harness.ConfigChange{Key: "common.security.tlsMode", Value: "-1"}, mode},
		"mode-word":      {mode0, harness.ConfigChange{Key: "common.security.tlsMode", Value: "two"}, mode},
		"mismatched": {mode1, harness.ConfigChange{File: harness.ServerKey, Defect: harness.Mismatched},
			[]string{"proxy can't create creds", "tls.serverKeyPath", "server.key", "does not match"}},
	}
	for _, f := range []harness.File{harness.ServerCert, harness.ServerKey, harness.CACert} {
		for _, d := range []harness.Defect{harness.Missing, harness.Unreadable, harness.Empty, harness.NotPEM} {
			if d == harness.Unreadable && os.Geteuid() == 0 {
				continue // root reads every file
			}
			all[string(f)+" "+string(d)] = began{mode2, harness.ConfigChange{File: f, Defect: d},
				[]string{"[ERROR]", "proxy can't create creds", milvus.SettingFor(f), string(f)}}
		}
	}
	return all
}

func TestFailedStarts(t *testing.T) {
	t.Parallel()
	for name, c := range failedStarts() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := began(t, c.topology, c.change)
			select {
			case <-d.Exited():
			default:
				t.Fatal("it runs")
			}
			if d.Status() != 134 {
				t.Errorf("status %d", d.Status())
			}
			awaitLog(t, d, c.says...)
			if !strings.Contains(logged(t, d), "panic: ") {
				t.Errorf("nothing panicked:\n%s", logged(t, d))
			}
			for _, port := range []harness.Port{harness.GRPC, harness.HTTP, harness.Management} {
				if got := (client{at: port}).check(t, d).what; got != "nothing listens" {
					t.Errorf("%s: %s", port, got)
				}
			}
		})
	}
}

func TestStartsThatNeedNotFail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		topology harness.Topology
		change   harness.ConfigChange
		plain    bool
	}{
		"CA missing in mode 1": {mode1, harness.ConfigChange{File: harness.CACert, Defect: harness.Missing}, false},
		"no PEM in mode 0":     {mode0, harness.ConfigChange{File: harness.ServerCert, Defect: harness.NotPEM}, true},
		"relative paths":       {mode1, harness.ConfigChange{Defect: harness.Relative}, false},
		"another key":          {mode0, harness.ConfigChange{Key: "common.security.tlsEnabled", Value: "true"}, true},
		"mode by its key":      {mode0, harness.ConfigChange{Key: "common.security.tlsMode", Value: "1"}, false},
	} {
		d := began(t, c.topology, c.change)
		for _, port := range bothPorts {
			if got := (client{at: port, plain: c.plain}).check(t, d).what; got != "served" {
				t.Errorf("%s, %s: %s\n%s", name, port, got, logged(t, d))
			}
		}
	}
}

func TestConfigurationIsWrittenAndPathsAreRelativeToIt(t *testing.T) {
	t.Parallel()
	d := began(t, mode1, harness.ConfigChange{Defect: harness.Relative})
	text, err := os.ReadFile(filepath.Join(d.Where(), "milvus.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "serverPemPath: ../") {
		t.Errorf("no relative path in\n%s", text)
	}
}

func TestUnknownFaultIsAnError(t *testing.T) {
	t.Parallel()
	if d, err := standin.New(pkitest.CertSet(t), "tells-the-truth").Deploy(t.Context(), deploy.Spec{}); err == nil {
		t.Errorf("deployed %v", d)
	}
}

func TestStopMayBeCalledTwiceAndEndsTheServer(t *testing.T) {
	t.Parallel()
	d := began(t, mode0, harness.ConfigChange{})
	if resp, err := http.Get("http://" + d.Addr(harness.HTTP) + "/v1/vector/collections"); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", resp, err)
	}
	for range 2 {
		if err := d.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	<-d.Exited()
	if d.Status() != 143 {
		t.Errorf("status %d", d.Status())
	}
	if got := (client{at: harness.GRPC}).check(t, d).what; got != "nothing listens" {
		t.Errorf("after Stop: %s", got)
	}
}
