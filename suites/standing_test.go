//go:build !e2e

package suites

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/check"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/suites/claims"
	"milvus-tls-e2e/suites/topologies"
)

// A standing deployment is a stand-in that was there before, met by its
// addresses alone, as its owner describes it.
type standing struct {
	topology string // of the stand-in; its mode is the one that the owner expects
	lies     []standin.Lie
	server   leaf     // how the server's certificate is
	writes   bool     // a scratch collection may be made
	omit     []string // keys that the owner leaves out
	more     []string // lines that the owner adds
	open     bool     // the management port can be reached
}

// leaf is how a certificate is; the zero leaf has nothing wrong with it.
type leaf struct {
	ends time.Duration // from now; 0 for 90 days
	bits int           // of an RSA key; 0 for ECDSA P-256
}

// made writes NAME.pem and NAME.key into dir, issued by the parent, or by itself.
func made(t *testing.T, dir, name string, l leaf, template x509.Certificate, parent *x509.Certificate, signer crypto.Signer) (*x509.Certificate, crypto.Signer) {
	t.Helper()
	var key crypto.Signer
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if l.bits > 0 {
		key, err = rsa.GenerateKey(rand.Reader, l.bits)
	}
	if err != nil {
		t.Fatal(err)
	}
	if l.ends == 0 {
		l.ends = 90 * 24 * time.Hour
	}
	template.SerialNumber, template.Subject = big.NewInt(time.Now().UnixNano()), pkix.Name{CommonName: name}
	template.NotBefore, template.NotAfter, template.BasicConstraintsValid = time.Now().Add(-1000*time.Hour), time.Now().Add(l.ends), true
	if parent == nil {
		parent, signer = &template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	text, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]pem.Block{".pem": {Type: "CERTIFICATE", Bytes: der}, ".key": {Type: "PRIVATE KEY", Bytes: text}} {
		if err := os.WriteFile(filepath.Join(dir, name+file), pem.EncodeToMemory(&block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

// owned makes the owner's certificates in a folder, and those of a distribution
// in another below it.
func (s standing) owned(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	authority := x509.Certificate{IsCA: true, KeyUsage: x509.KeyUsageCertSign}
	ca, key := made(t, dir, "ca", leaf{}, authority, nil, nil)
	made(t, dir, "server", s.server, x509.Certificate{
		DNSNames: []string{"milvus.example"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, KeyUsage: x509.KeyUsageDigitalSignature,
	}, ca, key)
	made(t, dir, "client", leaf{}, x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}, ca, key)
	shipped := filepath.Join(dir, "shipped")
	if err := os.Mkdir(shipped, 0o700); err != nil {
		t.Fatal(err)
	}
	made(t, shipped, "ca", leaf{}, authority, nil, nil)
	return dir
}

// deployed starts the stand-in, and gives it and the owner's target file.
func (s standing) deployed(t *testing.T) (deploy.Deployment, string) {
	t.Helper()
	dir := s.owned(t)
	wallet, err := pki.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	files, err := wallet.WriteServer(t.TempDir(), harness.Change{})
	if err != nil {
		t.Fatal(err)
	}
	provider := standin.New(wallet, s.lies...)
	t.Cleanup(func() { _ = provider.Close() })
	i := slices.IndexFunc(topologies.All(), func(x harness.Topology) bool { return x.Name == s.topology })
	topology := topologies.All()[i]
	d, err := provider.Deploy(t.Context(), deploy.Spec{
		Name: t.Name(), Server: harness.Server{Reported: "v2.3.0"}, Topology: topology, Files: files,
	})
	if err != nil {
		t.Fatal(err)
	}
	management := d.Addr(harness.Management)
	if !s.open {
		management = closed(t)
	}
	lines := []string{
		fmt.Sprintf("addresses: {grpc: %q, rest: %q, management: %q}", d.Addr(harness.GRPC), d.Addr(harness.HTTP), management),
		fmt.Sprintf("mode: %d", topology.Mode), "rate: 100", "name: milvus.example", "trust: ca.pem", "server_certificate: server.pem",
		"client: {certificate: client.pem, key: client.key}", "client_ca: {certificate: ca.pem, key: ca.key}", "shipped_ca: shipped",
	}
	if topology.Users {
		lines = append(lines, "login: {user: root, password_file: password}")
		if err := os.WriteFile(filepath.Join(dir, "password"), []byte("Milvus\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lines = slices.DeleteFunc(lines, func(l string) bool {
		key, _, _ := strings.Cut(l, ":")
		return slices.Contains(s.omit, key)
	})
	file := filepath.Join(dir, "target.yaml")
	if err := os.WriteFile(file, []byte(strings.Join(append(lines, s.more...), "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return d, file
}

// closed gives an address at which nothing listens.
func closed(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (s standing) options(t *testing.T) check.Options {
	t.Helper()
	server := servers()[0]
	bounds := testBounds
	bounds.Attempt = ampleAttempt // nothing here is left without an answer
	return check.Options{
		Claims: claims.All(), Features: func(string) ([]harness.Feature, error) {
			return []harness.Feature{harness.RESTv1, harness.ManagementV1}, nil
		},
		MadeFor: func(string) ([]string, error) { return server.Claims, nil },
		Machine: machineHere(t), Writes: s.writes, Bounds: bounds, Again: "again",
	}
}

func (s standing) checked(t *testing.T) harness.Results {
	t.Helper()
	_, file := s.deployed(t)
	target, err := check.Read(file, claims.All())
	if err != nil {
		t.Fatal(err)
	}
	results, err := check.Run(t.Context(), target, s.options(t))
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func TestHonestStandingDeploymentConfirmsWhatItIsAsked(t *testing.T) {
	confirmed := map[string]string{}
	for _, topology := range in("mode-0", "mode-1", "mode-2", "mode-2-auth", "mode-2-rest-off") {
		s := standing{topology: topology, writes: true}
		if topology == "mode-0" {
			s.omit = of("trust", "client", "client_ca", "shipped_ca", "server_certificate")
		}
		r := s.checked(t)
		maps.Copy(confirmed, by(r.Results, harness.Confirmed))
		for claim, why := range by(r.Results, harness.Refuted, harness.Inconclusive, harness.Unjudged) {
			if topology == "mode-2-rest-off" && strings.Contains(why, "nothing listens") {
				continue // its owner takes REST to be on, and it is not
			}
			t.Errorf("%s: %s: %s", topology, claim, why)
		}
	}
	for _, c := range claims.All() {
		if c.Live && confirmed[c.ID] == "" && c.ID != "curl-answer" && !needsWhatIsNotHere(c) {
			t.Errorf("%s: no case was confirmed", c.ID)
		}
	}
}

// A standing mutant is a deployment with something wrong, and the claims made
// for such deployments that it breaks.
type standingMutant struct {
	name string
	standing
	refutes []string
}

var standingMutants = []standingMutant{
	{"ends in 20 days", standing{topology: "mode-2", server: leaf{ends: 20 * 24 * time.Hour}}, of("certificate-lasts")},
	{"has ended", standing{topology: "mode-1", server: leaf{ends: -time.Hour}}, of("certificate-lasts")},
	{"RSA 1024", standing{topology: "mode-1", server: leaf{bits: 1024}}, of("certificate-strong")},
	{"management port open", standing{topology: "mode-2", open: true}, of("management-out-of-reach")},
	{"management port open, with data", standing{topology: "mode-2", open: true, lies: []standin.Lie{standin.ManagementData}},
		of("management-out-of-reach", "management-data-withheld")},
	{"mode 1 for mode 2", standing{topology: "mode-1", omit: of("mode"), more: of("mode: 2")},
		of("mode-not-weaker", "shipped-ca-refused")},
	{"mode 0 for mode 2", standing{topology: "mode-0", omit: of("mode"), more: of("mode: 2")}, of("mode-not-weaker")},
	{"plaintext beside TLS", standing{topology: "mode-1", lies: []standin.Lie{standin.PlaintextBesideTLS}}, of("mode-not-weaker")},
	{"REST without certificates", standing{topology: "mode-2", lies: []standin.Lie{standin.RESTOpen}},
		of("mode-not-weaker", "rest-not-weaker", "shipped-ca-refused")},
	{"REST in plaintext", standing{topology: "mode-1", lies: []standin.Lie{standin.RESTInPlaintext}}, of("mode-not-weaker", "rest-not-weaker")},
	{"any certificate", standing{topology: "mode-2", lies: []standin.Lie{standin.AcceptsAnyClientCertificate}}, of("shipped-ca-refused")},
}

func TestEveryFlawOfAStandingDeploymentIsFound(t *testing.T) {
	for _, m := range standingMutants {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			refuted := by(m.checked(t).Results, harness.Refuted)
			for _, c := range claims.All() {
				mine := slices.Contains(c.Needs, harness.StandingHere) || slices.Contains(c.Needs, harness.ShipsCA)
				switch wanted := slices.Contains(m.refutes, c.ID); {
				case wanted && refuted[c.ID] == "":
					t.Errorf("%s was not refuted", c.ID)
				case mine && !wanted && refuted[c.ID] != "":
					t.Errorf("%s was refuted too: %s", c.ID, refuted[c.ID])
				}
			}
		})
	}
}

// Without the CA's key only those identities are shown that need none, and
// without a client's certificate nothing that needs it as a control; the rest
// says why it is not asked.
func TestStandingDeploymentWithoutKeys(t *testing.T) {
	s := standing{topology: "mode-2", omit: of("client_ca", "shipped_ca")}
	for _, r := range s.checked(t).Results {
		switch {
		case r.Reason == harness.EveryClient.Lacks(): // an SDK in another language, which a check does not start
		case r.Claim == "shipped-ca-refused", r.Claim == "bad-client-cert-refused" && r.Identity == "expired":
			if r.Verdict != harness.NotApplicable || !strings.Contains(r.Reason, "would be made from") {
				t.Errorf("%s %s is %v: %s", r.Claim, r.Case, r.Verdict, r.Reason)
			}
		case r.Claim == "bad-client-cert-refused" && r.Identity == "self-signed" && r.Client == harness.Raw && r.Verdict != harness.Confirmed:
			t.Errorf("%s is %v: %s", r.Case, r.Verdict, r.Reason)
		}
	}
	s = standing{topology: "mode-2", omit: of("client_ca", "client"), more: of("version: 2.3.0")}
	confirmed := by(s.checked(t).Results, harness.Confirmed)
	for _, claim := range of("mode-not-weaker", "rest-not-weaker", "certificate-strong", "management-out-of-reach") {
		if confirmed[claim] == "" {
			t.Errorf("%s was not confirmed by somebody without a certificate", claim)
		}
	}
}

func TestStandingDeploymentIsLeftAsItWas(t *testing.T) {
	d, file := standing{topology: "mode-1"}.deployed(t)
	target, err := check.Read(file, claims.All())
	if err != nil {
		t.Fatal(err)
	}
	results, err := check.Run(t.Context(), target, standing{}.options(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results.Results {
		if r.Claim == "sdk-data-path" && r.Verdict != harness.NotApplicable {
			t.Errorf("%s was %v although nobody allowed writing", r.Case, r.Verdict)
		}
	}
	select {
	case <-d.Exited():
		t.Error("the deployment was stopped")
	default:
	}
}

// An attempt is made at most as often as the owner allows, the first at once.
func TestAttemptsKeepTheRate(t *testing.T) {
	d, file := standing{topology: "mode-2", omit: of("rate"), more: of("rate: 40")}.deployed(t)
	target, err := check.Read(file, claims.All())
	if err != nil {
		t.Fatal(err)
	}
	o := standing{}.options(t)
	if o.Selected, err = check.Only("bad-client-cert-refused", claims.All()); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	results, err := check.Run(t.Context(), target, o)
	if err != nil {
		t.Fatal(err)
	}
	spent, made := time.Since(begin), map[string]bool{}
	for _, r := range results.Results {
		if r.Evidence != nil {
			made[r.Evidence.Facts.Local] = true
		}
	}
	log, _, err := d.Log(0)
	if err != nil || len(made) < 30 {
		t.Fatalf("%d attempts were made (%v): %s", len(made), err, log)
	}
	if least := time.Duration(len(made)-1) * time.Second / 40; spent < least {
		t.Errorf("%d attempts took %v, and at 40 a second they take %v", len(made), spent, least)
	}
}

// What is accepted does not make a check fail, and what is accepted in vain does.
func TestAcceptedFindings(t *testing.T) {
	s := standing{topology: "mode-1", server: leaf{ends: 20 * 24 * time.Hour}, more: of(
		"accept:", "- {claim: certificate-lasts, reason: it is renewed by itself}", "- {claim: certificate-strong, reason: in vain}")}
	r := s.checked(t)
	for _, x := range r.Results {
		if x.Red() {
			t.Errorf("%s %s is red: %s", x.Claim, x.Case, x.Reason)
		}
	}
	if len(r.Stale) != 1 || !strings.Contains(r.Stale[0], "accept, entry 2") {
		t.Errorf("stale: %q", r.Stale)
	}
}

// Whoever gets the reports gets no key and no password.
func TestReportsHoldNothingOfTheOwnersSecrets(t *testing.T) {
	s := standing{topology: "mode-2-auth", writes: true}
	_, file := s.deployed(t)
	target, err := check.Read(file, claims.All())
	if err != nil {
		t.Fatal(err)
	}
	before, _ := filepath.Glob(filepath.Join(os.TempDir(), "milvus-tls-e2e-check-*"))
	results, err := check.Run(t.Context(), target, s.options(t))
	if err != nil {
		t.Fatal(err)
	}
	after, _ := filepath.Glob(filepath.Join(os.TempDir(), "milvus-tls-e2e-check-*"))
	if len(after) > len(before) {
		t.Errorf("folders were left behind: %v", after)
	}
	out := t.TempDir()
	if err := errors.Join(report.Write(out, results, claims.All()), report.Metrics(filepath.Join(out, "check.prom"), "it", 0, results)); err != nil {
		t.Fatal(err)
	}
	secrets := []string{"PRIVATE KEY", "Milvus\n", "root:Milvus"}
	for _, key := range []string{"client.key", "ca.key", "shipped/ca.key"} {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(file), key))
		if err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, strings.Split(string(text), "\n")[1])
	}
	files, err := filepath.Glob(filepath.Join(out, "*"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for i, secret := range secrets {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s holds secret %d", filepath.Base(f), i)
			}
		}
	}
	metrics, _ := os.ReadFile(filepath.Join(out, "check.prom"))
	for _, want := range []string{
		`milvus_tls_check_status{target="it"} 0`, `milvus_tls_check_certificate_end_timestamp_seconds{port="grpc",target="it"}`,
		`milvus_tls_check_claim_cases{claim="mode-not-weaker",standing="confirmed",target="it"} 4`, `milvus_tls_check_cases{standing="refuted",target="it"} 0`,
		`milvus_tls_check_timestamp_seconds{target="it"}`,
	} {
		if !strings.Contains(string(metrics), want) {
			t.Errorf("the metrics lack %s:\n%s", want, metrics)
		}
	}
}

// Interrupted in the midst of the data path, a check drops its collection.
func TestInterruptedCheckLeavesNoCollection(t *testing.T) {
	s := standing{topology: "mode-0", writes: true}
	d, file := s.deployed(t)
	target, err := check.Read(file, claims.All())
	if err != nil {
		t.Fatal(err)
	}
	o := s.options(t)
	if o.Selected, err = check.Only("sdk-data-path", claims.All()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen := make(chan bool)
	go func() {
		for ctx.Err() == nil {
			if strings.Contains(collections(d), "milvus_tls_e2e_") {
				cancel()
				seen <- true
				return
			}
		}
		seen <- false
	}()
	_, err = check.Run(ctx, target, o)
	cancel()
	if was := <-seen; was && !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if left := collections(d); strings.Contains(left, "milvus_tls_e2e_") {
		t.Errorf("left behind: %s", left)
	}
}

func collections(d deploy.Deployment) string {
	response, err := http.Get("http://" + d.Addr(harness.HTTP) + "/v1/vector/collections")
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return string(text)
}
