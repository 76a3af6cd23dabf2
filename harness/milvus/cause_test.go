package milvus

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorded returns a log in testdata: the lines of a real server's that are loud or
// have to do with what was wrong, with other paths.
func recorded(t *testing.T, release, what string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", release, what+".log"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const (
	noPEM     = "tls: failed to find any PEM data in certificate input"
	noPEMKey  = "tls: failed to find any PEM data in key input"
	mismatch  = "tls: private key does not match public key"
	sharing   = "can not initialize http listener: proxy server(http) and external grpc server share the same port, tls mode must be 0: invalid parameter"
	handshake = "transport: authentication handshake failed: "
	verify    = "tls: failed to verify certificate: "
	unknownCA = "x509: certificate signed by unknown authority"
)

// What real servers said of starts that ended, by release. Those of 2.6.20 ended
// with status 0 or 134, which of the two is a race: the log says the same.
var endedStarts = []struct{ release, what, want string }{
	{"2.2.16", "server.pem missing", "proxy cant load x509 key pair: open /run/server-files/2.2.16 mode-2 with server.pem missing/missing/server.pem: no such file or directory"},
	{"2.2.16", "server.key mismatched", "proxy cant load x509 key pair: " + mismatch},
	{"2.2.16", "mode-1 server.key missing", "proxy can't create creds: open /run/server-files/2.2.16 mode-1 with server.key missing/missing/server.key: no such file or directory"},
	{"2.2.16", "ca.pem missing", "failed read ca pem: open /run/server-files/2.2.16 mode-2 with ca.pem missing/missing/ca.pem: no such file or directory"},
	{"2.2.16", "ca.pem empty", "fail to append ca to cert"},
	{"2.2.16", "tlsMode two", `panic: strconv.Atoi: parsing "two": invalid syntax`},
	{"2.2.16", "etcd-client.pem missing", "init with etcd failed: load etcd cert key pair error: open /run/server-files/2.2.16 etcd-tls with etcd-client.pem missing/missing/etcd-client.pem: no such file or directory"},

	{"2.3.5", "server.pem missing", "proxy cant load x509 key pair: open /run/server-files/2.3.5 mode-2 with server.pem missing/missing/server.pem: no such file or directory"},
	{"2.3.5", "server.key mismatched", "proxy cant load x509 key pair: " + mismatch},
	{"2.3.5", "mode-1 server.key missing", "proxy can't create creds: open /run/server-files/2.3.5 mode-1 with server.key missing/missing/server.key: no such file or directory"},
	{"2.3.5", "ca.pem missing", "failed read ca pem: open /run/server-files/2.3.5 mode-2 with ca.pem missing/missing/ca.pem: no such file or directory"},
	{"2.3.5", "ca.pem empty", "fail to append ca to cert"},
	{"2.3.5", "no glog.conf", "/milvus/conf/glog.conf: No such file or directory"},
	{"2.3.5", "etcd-client.pem missing", "init with etcd failed: load etcd cert key pair error: open /run/server-files/2.3.5 etcd-tls with etcd-client.pem missing/missing/etcd-client.pem: no such file or directory"},

	// Status 134, with a last panic over a canceled context.
	{"2.6.20", "server.pem missing", "proxy cant load x509 key pair: open /run/server-files/2.6.20 mode-2 with server.pem missing/missing/server.pem: no such file or directory"},
	{"2.6.20", "server.key empty", "proxy cant load x509 key pair: " + noPEMKey},
	{"2.6.20", "server.key mismatched", "proxy cant load x509 key pair: " + mismatch},
	{"2.6.20", "ca.pem empty", "fail to append ca to cert"},
	{"2.6.20", "REST at gRPC's port", sharing},
	// Status 0.
	{"2.6.20", "server.pem not-pem", "proxy cant load x509 key pair: " + noPEM},
	{"2.6.20", "server.key missing", "proxy cant load x509 key pair: open /run/server-files/2.6.20 mode-2 with server.key missing/missing/server.key: no such file or directory"},
	{"2.6.20", "mode-1 server.key missing", "proxy can't create creds: open /run/server-files/2.6.20 mode-1 with server.key missing/missing/server.key: no such file or directory"},
	{"2.6.20", "ca.pem missing", "failed read ca pem: key not found[key=/run/server-files/2.6.20 mode-2 with ca.pem missing/missing/ca.pem]"},
	{"2.6.20", "ca.pem not-pem", "fail to append ca to cert"},
	{"2.6.20", "tlsMode 3", "component is not ready before closing: prepare component failed: tls mode must be 0: no authentication, 1: one way authentication or 2: two way authentication: invalid parameter"},
	// Status 134, which came before the reason could be logged.
	{"2.6.20", "tlsMode -1", ""},
	{"3.0.0", "server.pem missing", "proxy cant load x509 key pair: open /run/server-files/3.0.0 mode-2 with server.pem missing/missing/server.pem: no such file or directory"},
	{"3.0.0", "server.pem empty", "proxy cant load x509 key pair: " + noPEM},
	{"3.0.0", "mode-1 server.key missing", "proxy can't create creds: open /run/server-files/3.0.0 mode-1 with server.key missing/missing/server.key: no such file or directory"},
	{"3.0.0", "ca.pem missing", "failed read ca pem: key not found[key=/run/server-files/3.0.0 mode-2 with ca.pem missing/missing/ca.pem]"},
	{"3.0.0", "ca.pem empty", "fail to append ca to cert"},
	{"3.0.0", "REST at gRPC's port", sharing},
	{"3.0.0", "tlsMode -1", "component is not ready before closing: prepare component failed: tls mode must be 0: no authentication, 1: one way authentication or 2: two way authentication: invalid parameter"},
	{"3.0.0", "internal-ca.pem missing", "Failed to create internal TLS credentials: open /run/server-files/3.0.0 internal with internal-ca.pem missing/missing/internal-ca.pem: no such file or directory"},
	{"3.0.0", "etcd-ca.pem foreign", handshake + verify + unknownCA},
	{"3.0.0", "etcd in plaintext", "error reading server preface: EOF"},
	// After ten seconds, with a last panic over a context whose deadline was exceeded.
	{"2.6.20", "etcd-ca.pem foreign", handshake + verify + unknownCA},
	{"2.6.20", "etcd tls-1.2", handshake + "remote error: tls: protocol version not supported"},
	{"2.6.20", "etcd in plaintext", "error reading server preface: EOF"},
	{"2.6.20", "etcd-client.pem missing", "init with etcd failed: load etcd cert key pair error: open /run/server-files/2.6.20 etcd-tls with etcd-client.pem missing/missing/etcd-client.pem: no such file or directory"},
}

func TestCause(t *testing.T) {
	for _, tt := range endedStarts {
		log := recorded(t, tt.release, tt.what)
		if got := Cause(log); got != tt.want {
			t.Errorf("%s, %s: %q, want %q", tt.release, tt.what, got, tt.want)
		}
		if canceled := tt.want == ""; canceled && !Canceled(log) {
			t.Errorf("%s, %s: nothing canceled it", tt.release, tt.what)
		}
	}
}

// A component's own report of why it did not come up is what is left where no
// other line names the reason, as it was before logs were written at once.
func TestCauseByTheComponentsReport(t *testing.T) {
	for _, tt := range endedStarts {
		if tt.release != "2.6.20" || strings.HasPrefix(tt.what, "etcd") || tt.want == "" {
			continue
		}
		var left []string
		for line := range strings.Lines(string(recorded(t, tt.release, tt.what))) {
			if !strings.Contains(line, "[proxy/listener_manager.go:") {
				left = append(left, line)
			}
		}
		log := []byte(strings.Join(left, ""))
		if !strings.Contains(string(log), "prepare component failed") {
			continue // it ended before that
		}
		_, reason, _ := strings.Cut(tt.want, ": ")
		if reason == "" {
			reason = tt.want
		}
		if got := Cause(log); !strings.HasPrefix(got, "component is not ready before closing: ") || !strings.Contains(got, reason) {
			t.Errorf("%s: %q, want the report that holds %q", tt.what, got, reason)
		}
	}
}

// What keeps a server from getting ready that goes on trying.
func TestTLSErrorLine(t *testing.T) {
	for _, tt := range []struct{ release, what, want string }{
		{"2.2.16", "etcd-ca.pem foreign", handshake + unknownCA},
		{"2.2.16", "etcd tls-1.2", handshake + "remote error: tls: protocol version not supported"},
		{"2.2.16", "etcd in plaintext", "latest balancer error: last connection error: connection closed before server preface received"},
		{"2.3.5", "etcd-ca.pem foreign", handshake + verify + unknownCA},
		{"2.3.5", "etcd tls-1.2", handshake + "remote error: tls: protocol version not supported"},
		{"2.3.5", "etcd in plaintext", "error reading server preface: EOF"},
		{"2.3.5", "store-ca.pem foreign", `failed to check blob bucket exist: Get "https://127.0.0.1:10005/milvus-tls-e2e/?location=": ` + verify + unknownCA},
		{"2.3.5", "store in plaintext", "failed to check blob bucket exist: Client sent an HTTP request to an HTTPS server."},
		{"2.6.20", "etcd-ca.pem foreign", handshake + verify + unknownCA},
	} {
		if got := TLSErrorLine(recorded(t, tt.release, tt.what)); got != tt.want {
			t.Errorf("%s, %s: %q, want %q", tt.release, tt.what, got, tt.want)
		}
	}
}

// The first line of these logs that holds the name is gRPC's about what it is
// going to do, and the reason stands at the end of it.
func TestInternalTLSError(t *testing.T) {
	for _, tt := range []struct{ release, what, want string }{
		{"2.6.20", "internal wrong SNI", handshake + verify + "x509: certificate is valid for localhost, components.milvus.example, not wrong.example"},
		{"2.6.20", "internal wrong CA", handshake + verify + unknownCA},
		{"3.0.0", "internal wrong SNI", handshake + verify + "x509: certificate is valid for localhost, components.milvus.example, not wrong.example"},
		{"3.0.0", "internal.pem missing", "DataNode can't create creds: open /run/server-files/3.0.0 internal-missing-cert/missing/internal.pem: no such file or directory"},
		{"2.6.20", "internal.pem missing", "DataNode can't create creds: open /run/server-files/2.6.20 internal-missing-cert/missing/internal.pem: no such file or directory"},
	} {
		if got := InternalTLSError(recorded(t, tt.release, tt.what)); got != tt.want {
			t.Errorf("%s, %s: %q, want %q", tt.release, tt.what, got, tt.want)
		}
	}
	const at = "[2026/11/22 18:00:00.000 +00:00] "
	for line, want := range map[string]string{
		at + `[WARN] [retry/retry.go:1] ["retry func failed"] [error="x509: certificate is valid for localhost, not a"]`: "retry func failed: x509: certificate is valid for localhost, not a",
		at + `[WARN] [utils/util.go:47] ["DataNode can't create creds"] [error="open /x: no such file or directory"]`:    "DataNode can't create creds: open /x: no such file or directory",
		// A 2.5 whose components get on well says this all the time.
		at + `[WARN] [x/y.go:1] ["async dial failed"] [error="error reading server preface: EOF"]`: "",
		at + `[INFO] [utils/util.go:56] ["Internal TLS Enabled"] [value=true]`:                     "",
		// A client whom it turned away.
		at + `[INFO] [grpclog/grpclog.go:37] ["[core][Server #3] grpc: Server.Serve failed to create ServerTransport: connection error: desc = \"ServerHandshake(\\\"127.0.0.1:5\\\") failed: tls: failed to verify certificate: x509: certificate signed by unknown authority\""]`: "",
		"2026/11/22 18:00:00 http: TLS handshake error from 127.0.0.1:5: tls: failed to verify certificate: x509: certificate has expired":                                                                                                                                          "",
	} {
		if got := InternalTLSError([]byte("first\n" + line + "\nlast\n")); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

// What is said of an address is said of no longer one.
func TestTLSErrorLineAt(t *testing.T) {
	t.Parallel()
	const log = `[2026/11/22 18:00:00.000 +00:00] [WARN] [a/b.go:1] ["failed to connect to 127.0.0.1:1014"] [error="x509: certificate has expired"]` + "\n" +
		`[2026/11/22 18:00:00.000 +00:00] [WARN] [a/b.go:1] ["failed to connect to 127.0.0.1:10147"] [error="tls: first record does not look like a TLS handshake"]` + "\n"
	for addr, want := range map[string]string{"127.0.0.1:1014": "has expired", "127.0.0.1:10147": "first record", "127.0.0.1:101": "", "127.0.0.1:9": ""} {
		if got := TLSErrorLineAt([]byte(log), addr); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s: %q, want %q", addr, got, want)
		}
	}
}

// What servers said that had run, and whose sessions in etcd ended because etcd
// answered nothing for 45 s. 2.2.16 and 2.3.5 ended with status 0, 2.6.20 with 1.
func TestEndCause(t *testing.T) {
	for release, want := range map[string]string{
		"2.2.16": "Proxy disconnected from etcd, process will exit [Server Id=8]",
		"2.3.5":  "Root Coord disconnected from etcd, process will exit [Server Id=1]",
		"2.6.20": "session expired at client side, the session is expired without activing closing: context deadline exceeded",
	} {
		if got := EndCause(recorded(t, release, "etcd stalled")); got != want {
			t.Errorf("%s: %q, want %q", release, got, want)
		}
	}
	const at = "[2026/11/22 18:00:00.000 +00:00] "
	for log, want := range map[string]string{
		at + `[ERROR] [sessionutil/session_util.go:682] ["confirm the lease is expired, the session is expired without activing closing"] [role=proxy] [error=null]` + "\npanic: context canceled\n": "confirm the lease is expired, the session is expired without activing closing: null",
		at + `[WARN] [rootcoord/root_coord.go:269] ["failed to update tso"] [error="etcdserver: request timed out"]` + "\n" + at + "[INFO] [x/y.go:1] [bye]\n":                                       "failed to update tso: etcdserver: request timed out",
		at + `[WARN] [roles/roles.go:353] ["Get signal to exit"] [signal=terminated]` + "\n" + at + "[INFO] [x/y.go:1] [bye]\n":                                                                      "Get signal to exit [signal=terminated]",
		"all is well\npanic: send on closed channel\n\ngoroutine 7 [running]:\nmain.main()\n\t/a/b.go:1 +0x1\n":                                                                                      "panic: send on closed channel",
		"SIGSEGV: segmentation violation\nPC=0x7f m=3 sigcode=1\n\ngoroutine 0 [idle]:\nmain.main()\n":                                                                                               "SIGSEGV: segmentation violation",
		"one\ntwo\n": "two",
		"":           "",
	} {
		if got := EndCause([]byte(log)); got != want {
			t.Errorf("%q: %q, want %q", log, got, want)
		}
	}
}

// What a client is answered says it too, and no other answer is taken for that.
func TestAnswersOfAServerWithoutAnEngine(t *testing.T) {
	for text, want := range map[string]bool{
		"failed to search: worker(1) query failed: AsyncSearch is not available, this server is built without the vector engine": true,
		"collection not loaded":       false,
		"query node is not available": false,
		"context deadline exceeded":   false,
	} {
		if got := AnswersNoEngine(errors.New(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if AnswersNoEngine(nil) {
		t.Error("no error is one")
	}
}

func TestNoEngine(t *testing.T) {
	const at = "[2026/11/22 18:00:00.000 +00:00] "
	for line, want := range map[string]string{
		at + `[WARN] [querynodev2/services.go:785] ["failed to search segments"] [scope=Streaming] [error="AsyncSearch is not available, this server is built without the vector engine: segcore error[segcoreCode=2001]"]`: "failed to search segments: AsyncSearch is not available, this server is built without the vector engine: segcore error[segcoreCode=2001]",
		at + `[WARN] [querynodev2/services.go:785] ["failed to search segments"] [error="vector dimension mismatch"]`:                                                                                                       "",
		at + `[INFO] [x/y.go:1] ["the vector engine is up"]`: "",
	} {
		if got := NoEngine([]byte("first\n" + line + "\nlast\n")); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

// Every pattern is in a log of each release that it was seen on, as far as there
// are logs of the release.
func TestEveryPatternIsRecorded(t *testing.T) {
	logs := map[string][]entry{}
	files, err := filepath.Glob("testdata/*/*.log")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		release := filepath.Base(filepath.Dir(f))
		for e := range entries(text) {
			logs[release] = append(logs[release], e)
		}
	}
	for _, p := range causes {
		for release := range strings.FieldsSeq(p.seen) {
			// What ended servers of 3.0.0 while they were judged was seen, and not kept.
			found := logs[release] == nil || release == "3.0.0" && p.answers == whyStopped
			for _, e := range logs[release] {
				_, is := p.matches(e)
				found = found || is
			}
			if !found {
				t.Errorf("nothing in the logs of %s is %q %v", release, p.message, p.why)
			}
		}
	}
}
