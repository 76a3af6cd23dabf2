package standin_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// realistic starts a stand-in that does as real servers of a line do.
func realistic(t *testing.T, line string, topology harness.Topology, change harness.ConfigChange, how ...func(*standin.Provider)) deploy.Deployment {
	t.Helper()
	files, err := pkitest.CertSet(t).WriteServer(t.TempDir(), change)
	if err != nil {
		t.Fatal(err)
	}
	p := standin.Real(pkitest.CertSet(t))
	for _, set := range how {
		set(p)
	}
	topology.Name = line + " " + topology.Name
	return deployed(t, p, deploy.Spec{
		Name: t.Name(), Server: harness.Server{Line: line}, Topology: topology, Change: change, Files: files,
	})
}

func always(e standin.Ending) func(*standin.Provider) {
	return func(p *standin.Provider) { p.Always(e) }
}

func hurry(p *standin.Provider) { p.Hurry(20 * time.Millisecond) }

// ended returns the status with which a server ends by itself, and its log.
func ended(t *testing.T, d deploy.Deployment) (int, string) {
	t.Helper()
	select {
	case <-d.Exited():
	case <-time.After(bound):
		t.Fatalf("it goes on\n%s", logged(t, d))
	}
	return d.Status(), logged(t, d)
}

// folder is where a recorded server or a stand-in finds its files.
var folder = regexp.MustCompile(`/[^\[\]":]*/`)

// TestFailedStartsSayWhatTheRealOnesSaid holds what is read from the log of each
// failed start against what is read from the log of a 2.6.20 that failed over the
// same.
func TestFailedStartsSayWhatTheRealOnesSaid(t *testing.T) {
	t.Parallel()
	type began struct {
		topology harness.Topology
		change   harness.ConfigChange
		ends     standin.Ending // "" where it is no race
		status   int
	}
	quietly, panicking := standin.EndsQuietly, standin.EndsPanicking
	etcd := harness.Topology{EtcdTLS: true}
	inside := harness.Topology{Internal: harness.InternalOn}
	for log, s := range map[string]began{
		"server.pem missing":        {mode2, file(harness.ServerCert, harness.Missing), panicking, 134},
		"server.pem not-pem":        {mode2, file(harness.ServerCert, harness.NotPEM), quietly, 0},
		"server.key missing":        {mode2, file(harness.ServerKey, harness.Missing), quietly, 0},
		"server.key empty":          {mode2, file(harness.ServerKey, harness.Empty), panicking, 134},
		"server.key mismatched":     {mode2, file(harness.ServerKey, harness.Mismatched), panicking, 134},
		"mode-1 server.key missing": {mode1, file(harness.ServerKey, harness.Missing), quietly, 0},
		"ca.pem missing":            {mode2, file(harness.CACert, harness.Missing), quietly, 0},
		"ca.pem empty":              {mode2, file(harness.CACert, harness.Empty), quietly, 0},
		"ca.pem not-pem":            {mode2, file(harness.CACert, harness.NotPEM), panicking, 134},
		"tlsMode 3":                 {harness.Topology{Mode: 3}, harness.ConfigChange{}, quietly, 0},
		"tlsMode -1":                {mode1, harness.ConfigChange{Key: "common.security.tlsMode", Value: "-1"}, standin.EndsHastily, 134},
		"REST at gRPC's port":       {rest(mode2, harness.EqualPort), harness.ConfigChange{}, panicking, 134},
		"internal-ca.pem missing":   {inside, file(harness.InternalCA, harness.Missing), "", 134},
		"etcd-client.pem missing":   {etcd, file(harness.EtcdCert, harness.Missing), "", 134},
		"etcd-ca.pem foreign":       {etcd, file(harness.EtcdCA, harness.Foreign), "", 134},
		"etcd tls-1.2":              {etcd, file(harness.EtcdServer, harness.OnlyTLS12), "", 134},
		"etcd in plaintext":         {etcd, harness.ConfigChange{Key: "etcd.ssl.enabled", Value: "false"}, "", 134},
	} {
		t.Run(log, func(t *testing.T) {
			t.Parallel()
			recorded, err := os.ReadFile(filepath.Join("..", "..", "milvus", "testdata", "2.6.20", log+".log"))
			if err != nil {
				t.Fatal(err)
			}
			status, text := ended(t, realistic(t, "2.6", s.topology, s.change, always(s.ends), hurry))
			if status != s.status {
				t.Errorf("it ended with status %d, want %d", status, s.status)
			}
			got, want := milvus.Cause([]byte(text)), milvus.Cause(recorded)
			if folder.ReplaceAllString(got, "/") != folder.ReplaceAllString(want, "/") {
				t.Errorf("it ended over %q\nthe real server over %q\n%s", got, want, text)
			}
			if got, want := milvus.Canceled([]byte(text)), milvus.Canceled(recorded); got != want {
				t.Errorf("that it was canceled is %v, want %v", got, want)
			}
		})
	}
}

// TestServersThatNeverGetReadySayWhatTheRealOnesSaid does the same for servers whose
// components do not reach each other.
func TestServersThatNeverGetReadySayWhatTheRealOnesSaid(t *testing.T) {
	t.Parallel()
	for log, how := range map[string]harness.Internal{
		"internal wrong SNI": harness.InternalWrongSNI, "internal wrong CA": harness.InternalWrongCA, "internal.pem missing": harness.InternalNoCert,
	} {
		t.Run(log, func(t *testing.T) {
			t.Parallel()
			recorded, err := os.ReadFile(filepath.Join("..", "..", "milvus", "testdata", "2.6.20", log+".log"))
			if err != nil {
				t.Fatal(err)
			}
			change := how.Change()
			d := realistic(t, "2.6", harness.Topology{Internal: how}, change)
			got, want := milvus.InternalTLSError([]byte(logged(t, d))), milvus.InternalTLSError(recorded)
			if reason(got) != reason(want) {
				t.Errorf("its components refuse each other over %q\nthe real server's over %q", got, want)
			}
		})
	}
}

// reason is what a line says after it has said who speaks.
func reason(line string) string {
	if i := strings.Index(line, "x509: "); i >= 0 {
		return line[i:]
	}
	if _, why, is := strings.Cut(line, "can't create creds: "); is {
		return folder.ReplaceAllString(why, "/")
	}
	return folder.ReplaceAllString(line, "/")
}

// TestHowAStartEndsIsDrawn sees both endings, and one server end in the same way
// each time.
func TestHowAStartEndsIsDrawn(t *testing.T) {
	t.Parallel()
	statuses := map[int]int{}
	for i := range 24 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			first, _ := ended(t, realistic(t, "3.0", harness.Topology{Mode: 3}, harness.ConfigChange{}))
			second, _ := ended(t, realistic(t, "3.0", harness.Topology{Mode: 3}, harness.ConfigChange{}))
			if first != second {
				t.Errorf("it ended with status %d, and then with %d", first, second)
			}
			statuses[first]++
		})
	}
	if statuses[0] < 4 || statuses[134] < 4 || len(statuses) != 2 {
		t.Errorf("statuses: %v", statuses)
	}
}

// TestWhatIsHeldIsLost starts a server that logs as 2.6 does by itself.
func TestWhatIsHeldIsLost(t *testing.T) {
	t.Parallel()
	bad := harness.ConfigChange{Key: "log.asyncWrite.enable", Value: "true"}
	mode := harness.Topology{Mode: 3}
	_, text := ended(t, realistic(t, "2.6", mode, bad, always(standin.EndsPanicking)))
	if milvus.Cause([]byte(text)) != "" || !strings.Contains(text, "panic: context canceled") {
		t.Errorf("the reason was not lost, or the panic was: %s", text)
	}
	_, text = ended(t, realistic(t, "2.6", mode, bad, always(standin.EndsQuietly)))
	if milvus.Cause([]byte(text)) == "" {
		t.Errorf("an orderly end lost the reason: %s", text)
	}
}

// TestAServerOfALineThatNobodyKnows is not guessed at.
func TestAServerOfALineThatNobodyKnows(t *testing.T) {
	t.Parallel()
	p := standin.Real(pkitest.CertSet(t))
	if _, err := p.Deploy(t.Context(), deploy.Spec{Server: harness.Server{Version: "2.3.5", Line: "2.3"}}); err == nil || !strings.Contains(err.Error(), "2.3") {
		t.Errorf("it was deployed: %v", err)
	}
}

// TestRESTv2DiffersFromLineToLine asks what lines answer differently.
func TestRESTv2DiffersFromLineToLine(t *testing.T) {
	t.Parallel()
	const either = "either 'ids' (for primary key search) or 'data' (for vector search) must be provided"
	search := answered{Call: "POST /v2/vectordb/entities/search", Body: `{"collectionName":"c"}`}
	list := answered{Call: "POST /v2/vectordb/collections/list", Body: "{}", Header: "Request-Timeout: soon"}
	for line, want := range map[string][2]string{
		"2.5": {"missing required parameters, error: Key: 'SearchReqV2.Data' Error:Field validation for 'Data' failed on the 'required' tag", ""},
		"2.6": {either, ""},
		"3.0": {either, `Request-Timeout parse failed, err: strconv.ParseInt: parsing "soon": invalid syntax: invalid parameter`},
	} {
		addr := realistic(t, line, mode0, harness.ConfigChange{}).Addr(harness.HTTP)
		(answered{Call: "POST /v2/vectordb/collections/create", Body: `{"collectionName":"c","dimension":2}`}).asked(t, addr)
		if got := search.asked(t, addr).Message; got != want[0] {
			t.Errorf("%s: %q, want %q", line, got, want[0])
		}
		if got := list.asked(t, addr).Message; got != want[1] {
			t.Errorf("%s: %q, want %q", line, got, want[1])
		}
	}
}

// TestWithoutANameASchemaIsChangedByNoOne makes a collection where components are
// told no name: 2.5 does, and later lines leave it until the client's bound.
func TestWithoutANameASchemaIsChangedByNoOne(t *testing.T) {
	t.Parallel()
	create := answered{Call: "POST /v2/vectordb/collections/create", Body: `{"collectionName":"c","dimension":2}`, Header: "Request-Timeout: 1"}
	for line, want := range map[string]int{"2.5": 200, "2.6": 408, "3.0": 408} {
		how := harness.InternalEmptySNI
		d := realistic(t, line, harness.Topology{Internal: how}, how.Change())
		if got := create.asked(t, d.Addr(harness.HTTP)); got.Status != want {
			t.Errorf("%s: %d %s, want %d", line, got.Status, got.Message, want)
		}
	}
}

// TestManagementPortOfLines asks for the old data API: it comes with REST, and in
// newer lines wants the login where users are on.
func TestManagementPortOfLines(t *testing.T) {
	t.Parallel()
	collections := answered{Call: "GET /api/v1/collections"}
	for line, want := range map[string]int{"2.5": 200, "2.6": 401, "3.0": 401} {
		if got := collections.asked(t, realistic(t, line, mode2, harness.ConfigChange{}).Addr(harness.Management)).Status; got != 200 {
			t.Errorf("%s: %d, want 200", line, got)
		}
		if got := collections.asked(t, realistic(t, line, users(mode1), harness.ConfigChange{}).Addr(harness.Management)).Status; got != want {
			t.Errorf("%s with users: %d, want %d", line, got, want)
		}
		if got := collections.asked(t, realistic(t, line, rest(mode1, harness.NoREST), harness.ConfigChange{}).Addr(harness.Management)).Status; got != 404 {
			t.Errorf("%s without REST: %d, want 404", line, got)
		}
	}
}
