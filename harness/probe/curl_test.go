package probe

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

func TestCurlEnd(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code  int
		said  string
		plain bool
		want  connection.End
	}{
		{7, "Failed to connect to localhost port 1", false, connection.EndDialRefused},
		{28, "Operation timed out after 1000 milliseconds", false, connection.EndTimeout},
		{28, "Operation timed out after 1000 milliseconds", true, connection.EndTimeout},
		{58, "unable to set private key file", false, connection.EndClient},
		{77, "error setting certificate file", false, connection.EndClient},
		{60, "SSL: no alternative certificate subject name matches target host name 'wrong.example'", false, connection.EndWrongName},
		{60, "SSL certificate problem: unable to get local issuer certificate", false, connection.EndUntrusted},
		{35, "error:0A00010B:SSL routines::wrong version number", false, connection.EndNotTLS},
		{35, "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to localhost", false, connection.EndNotTLS},
		{35, "error:0A000410:SSL routines::sslv3 alert handshake failure", false, connection.EndUnclear},
		{56, "OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required", false, connection.EndUnclear},
		{52, "Empty reply from server", false, connection.EndUnclear},
		{52, "Empty reply from server", true, connection.EndClosed},
		{56, "Recv failure: Connection reset by peer", true, connection.EndClosed},
		{1, "Received HTTP/0.9 when not allowed", true, connection.EndUnclear},
		{2, "Failed initialization", false, connection.EndUnclear},
	}
	for _, tt := range tests {
		if got := curlEnd(tt.code, "curl: "+tt.said, tt.plain); got != tt.want {
			t.Errorf("%d %s: %q, want %q", tt.code, tt.said, got, tt.want)
		}
	}
}

func TestCurlOutput(t *testing.T) {
	t.Parallel()
	tests := []struct {
		out, body string
		status    int
	}{
		{"OK\n200", "OK", 200},
		{"two\nlines\n\n404", "two\nlines\n", 404},
		{"\n000", "", 0},
		{"", "", 0},
		{"no trailer", "no trailer", 0},
	}
	for _, tt := range tests {
		body, status := curlOutput([]byte(tt.out))
		if string(body) != tt.body || status != tt.status {
			t.Errorf("%q: %q, %d", tt.out, body, status)
		}
	}
}

func TestCurlArgs(t *testing.T) {
	t.Parallel()
	target := Target{
		Attempt: harness.Attempt{Name: "localhost", TLSVersion: "1.2"}, Addr: "127.0.0.1:19530", Bound: 7 * time.Second,
		Files: ClientFiles{CA: "ca.pem", Cert: "c.pem", Key: "c.key"}, Users: Credentials{User: "root", Password: "Milvus"},
	}
	secure := arguments(t, target, call{method: http.MethodPost, path: "/list", body: "{}"})
	if secure[0] != "-q" {
		t.Errorf("curl reads its configuration file unless -q comes first: %q", secure)
	}
	holds(t, secure, "--noproxy *", "--max-time 7", "--connect-to localhost:19530:127.0.0.1:4711", "--request POST", "--cacert ca.pem",
		"--cert c.pem", "--key c.key", "--tlsv1.2", "--tls-max 1.2", "--header Content-Type: application/json", "--data {}",
		"--header @-", "https://localhost:19530/list")
	target.Attempt.Transport = harness.TransportPlain
	lacks(t, arguments(t, target, call{}), "--cacert", "--cert", "--key", "https:")
	lacks(t, arguments(t, Target{Addr: "127.0.0.1:1", Files: ClientFiles{CA: "ca.pem"}}, call{}),
		"--cert", "--key", "--tls-max", "--data", "Authorization")
	for _, args := range [][]string{secure, arguments(t, target, call{})} {
		lacks(t, args, "--insecure", "-k", "--location", "-L") // what would let a wrong server pass for the right one
	}
	if _, err := curlArgs(Target{Addr: "nowhere"}, call{}, 4711); err == nil {
		t.Error("an address without a port is one")
	}
}

func arguments(t *testing.T, target Target, c call) []string {
	t.Helper()
	args, err := curlArgs(target, c, 4711)
	if err != nil {
		t.Fatal(err)
	}
	return args
}

func holds(t *testing.T, args []string, wanted ...string) {
	t.Helper()
	line := " " + strings.Join(args, " ") + " "
	for _, want := range wanted {
		if !strings.Contains(line, " "+want+" ") {
			t.Errorf("%q is not in %s", want, line)
		}
	}
}

func lacks(t *testing.T, args []string, unwanted ...string) {
	t.Helper()
	for _, bad := range unwanted {
		if slices.ContainsFunc(args, func(a string) bool {
			return a == bad || len(bad) > 4 && strings.Contains(a, bad) && !strings.HasPrefix(bad, "-")
		}) {
			t.Errorf("%q is in %q", bad, args)
		}
	}
}

// TestCurlIsNobodys puts traps into the user's environment. Each of them would
// change what curl does, or leave a trace.
func TestCurlIsNobodys(t *testing.T) {
	needCurl(t, harness.Curl)
	home := t.TempDir()
	trace := filepath.Join(home, "trace")
	config := "insecure\nheader = \"X-Trap: sprung\"\noutput = \"" + trace + "\"\n"
	if err := os.WriteFile(filepath.Join(home, ".curlrc"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(home, "other-ca.pem")
	if err := os.WriteFile(other, sharedCerts(t).OtherCA().PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"HOME": home, "CURL_HOME": home, "XDG_CONFIG_HOME": home,
		"CURL_CA_BUNDLE": other, "SSL_CERT_FILE": other, "SSLKEYLOGFILE": trace,
	} {
		t.Setenv(name, value)
	}
	addr := start(t, mutual).Addr(harness.HTTP)
	wants(t, observe(t, aim(t, addr, mutual, harness.Attempt{Client: harness.Curl, Port: harness.HTTP})), harness.Served)
	// With the other CA it would be served by nobody, with --insecure by anybody.
	wants(t, observe(t, aim(t, addr, mutual, harness.Attempt{Client: harness.Curl, Port: harness.HTTP, TrustStore: harness.TrustOther})),
		harness.RefusedByClient)
	if _, err := os.Stat(trace); err == nil {
		t.Error("curl wrote where the user's environment told it to")
	}
}
