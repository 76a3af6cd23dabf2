package run

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/page"
	"milvus-tls-e2e/harness/page/sandbox"
	"milvus-tls-e2e/harness/page/steps"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/harness/results"
)

// carry carries a page out against stand-ins that tell these faults. It skips
// where nothing protects the machine from the page.
func carry(t *testing.T, p page.Page, faults ...standin.Fault) []results.Result {
	t.Helper()
	if testing.Short() {
		t.Skip("left to make test: keys of RSA take OpenSSL seconds")
	}
	for _, tool := range []string{"openssl", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not installed")
		}
	}
	box, err := sandbox.Open(kind, t.TempDir(), false)
	var unprotected sandbox.ErrUnprotected
	if errors.As(err, &unprotected) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	certs := pkitest.CertSet(t)
	provider := standin.New(certs, faults...)
	t.Cleanup(func() { _ = provider.Close() })
	return Run(t.Context(), Config{
		Steps: steps.Read(p), Provider: provider, Box: box, Dir: t.TempDir(), Python: Python{Why: "none here"},
		Server: harness.Server{Version: "2.4.0", Line: "2.4", Features: []harness.Feature{harness.RESTv2}},
	})
}

func parse(t *testing.T, text string) page.Page {
	t.Helper()
	p, err := page.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// find returns the result of a claim.
func find(t *testing.T, all []results.Result, claim string) results.Result {
	t.Helper()
	for _, r := range all {
		if r.Claim == claim {
			return r
		}
	}
	t.Fatalf("no result of %s", claim)
	return results.Result{}
}

func verdict(t *testing.T, all []results.Result, claim string, want harness.Verdict, says string) {
	t.Helper()
	if r := find(t, all, claim); r.Verdict != want || !strings.Contains(r.Reason, says) {
		t.Errorf("%s: %s: %s\n%s", claim, r.Verdict, r.Reason, strings.Join(transcript(r), "\n"))
	}
}

func transcript(r results.Result) []string {
	if r.Evidence == nil {
		return nil
	}
	return r.Evidence.Transcript
}

func TestThePageOfOurOwnRunsThrough(t *testing.T) {
	for _, name := range []string{"tls.md", "tls-html.md"} {
		p, err := page.Read(filepath.Join("..", "..", "..", "fixtures", "pages", name))
		if err != nil {
			t.Fatal(err)
		}
		all := carry(t, p)
		if len(all) != 10 {
			t.Errorf("%d results", len(all))
		}
		verdict(t, all, "recipe-2.5-runs", harness.Confirmed, "server.pem")
		verdict(t, all, "config-block-takes-effect", harness.Confirmed, "gRPC over TLS")
		verdict(t, all, "curl-two-way", harness.Confirmed, "status 200")
		verdict(t, all, "curl-answer", harness.Confirmed, "status 200")
		verdict(t, all, "py-one-way", harness.NotApplicable, "none here")
	}
}

const (
	config     = "```yaml\ntls:\n  serverPemPath: /milvus/tls/server.pem\n  serverKeyPath: /milvus/tls/server.key\n  caPemPath: /milvus/tls/ca.pem\nproxy:\n  http:\n    port: 8080\n"
	nested     = config + "common:\n  security:\n    tlsMode: 1\n```\n\n"
	flattened  = config + "common:\nsecurity:\ntlsMode: 1\n```\n\n"
	oneWay     = "```\ncurl --cacert path_to/ca.pem https://localhost:8080/v2/vectordb/collections/list\n```\n\n"
	plain      = "```\ncurl http://localhost:8080/v2/vectordb/collections/list\n```\n\n"
	twoWay     = "```\ncurl --cert a/client.pem --key a/client.key --cacert a/ca.pem https://localhost:8080/v2/vectordb/collections/list\n```\n\n"
	brokenPage = "`gen.sh`\n\n```\n#!/bin/sh\nopenssl genpkey -algorithm no-such-thing -out ca.key\nexit 3\n```\n\n```\nchmod +x gen.sh\n./gen.sh\n```\n\nIt leaves `ca.key`, `ca.pem` and `server.pem`.\n\n"
)

// With a server that has REST v2 the documented curl verifies TLS, and is then
// answered 404: it is a GET, and the interface is POST alone. A server that
// answers a GET confirms the claim.
func TestTheDocumentedCurlIsJudgedByItsAnswer(t *testing.T) {
	all := carry(t, parse(t, nested+oneWay), standin.RESTv2PostOnly)
	verdict(t, all, "curl-one-way", harness.Confirmed, "status 404")
	verdict(t, all, "curl-answer", harness.Refuted, "status 404")
	all = carry(t, parse(t, nested+oneWay))
	verdict(t, all, "curl-one-way", harness.Confirmed, "status 200")
	verdict(t, all, "curl-answer", harness.Confirmed, "status 200")
}

// A TLS port answers plaintext with a complaint, which is no answer to a client.
func TestAPlaintextClientMeetsAServerWithoutTLS(t *testing.T) {
	all := carry(t, parse(t, nested+plain))
	verdict(t, all, "mode-0-plain", harness.Confirmed, "status 200")
	if told := strings.Join(transcript(find(t, all, "mode-0-plain")), "\n"); !strings.Contains(told, "tlsMode set to 0") {
		t.Errorf("nothing says how the server was configured:\n%s", told)
	}
}

func TestABrokenRecipeDoesNotHideTheRest(t *testing.T) {
	all := carry(t, parse(t, brokenPage+nested+oneWay+twoWay))
	for _, r := range all {
		if r.Client == Terminal && (r.Verdict != harness.Refuted || !strings.Contains(r.Reason, "did not make ca.key, ca.pem, server.pem")) {
			t.Errorf("%s: %s: %s", r.Claim, r.Verdict, r.Reason)
		}
	}
	verdict(t, all, "config-block-takes-effect", harness.Confirmed, "gRPC over TLS")
	verdict(t, all, "curl-two-way", harness.Confirmed, "status 200")
	if told := strings.Join(transcript(find(t, all, "curl-one-way")), "\n"); !strings.Contains(told, "the harness's own") || !strings.Contains(told, "failed in block 2") {
		t.Errorf("nothing says whose certificates they are:\n%s", told)
	}
}

func TestAConfigurationThatLeavesTLSOffIsRefuted(t *testing.T) {
	all := carry(t, parse(t, flattened+oneWay), standin.IgnoresMisplacedKeys, standin.NestedModeOnly)
	verdict(t, all, "config-block-takes-effect", harness.Refuted, "gRPC in plaintext")
	verdict(t, all, "curl-one-way", harness.Confirmed, "status 200")
	if told := strings.Join(transcript(find(t, all, "curl-one-way")), "\n"); !strings.Contains(told, "tlsMode put below common.security") {
		t.Errorf("nothing says how the server was configured:\n%s", told)
	}
}

func TestAConfigurationThatIsNoYAMLIsRefuted(t *testing.T) {
	verdict(t, carry(t, parse(t, "```yaml\ntls:\n a: 1\nb\n  - c\n```\n")), "config-block-takes-effect", harness.Refuted, "no YAML")
}

// Each bad block is one refuted result, and the rest of the page goes on.
func TestABadBlockIsBoundedAndTheRunGoesOn(t *testing.T) {
	for name, c := range map[string]struct{ block, says string }{
		"deletes everything": {"rm -rf / --no-preserve-root 2>/dev/null", "status 1"},
		"escapes":            {"echo x > ../../escaped", "status 2"},
		"prints without end": {"yes", "printed"},
		"fails":              {"no-such-command", "not found"},
	} {
		all := carry(t, parse(t, "```sh\n"+c.block+"\n```\n\n"+nested+oneWay))
		if r := all[0]; r.Verdict != harness.Refuted || !strings.Contains(r.Reason, c.says) {
			t.Errorf("%s: %s: %s", name, r.Verdict, r.Reason)
		}
		verdict(t, all, "curl-one-way", harness.Confirmed, "status 200")
	}
}

// A client that the server serves without a certificate has shown nothing.
func TestAMutualClientNeedsAServerThatAsks(t *testing.T) {
	verdict(t, carry(t, parse(t, nested+twoWay), standin.RequestsButDoesNotRequire), "curl-two-way", harness.Inconclusive, "without a certificate")
}

// A section that makes again what is there runs in a copy.
func TestAnotherWayToTheSameFilesLeavesThemAlone(t *testing.T) {
	text := "# One\n\n```\necho first > a.pem\n```\n\n# Two\n\n```\nopenssl genpkey -algorithm RSA -out a.pem\n```\n\n# Three\n\n```sh\ngrep first a.pem\n```\n"
	all := carry(t, parse(t, text))
	for _, r := range all {
		if r.Verdict != harness.Confirmed {
			t.Errorf("%s: %s: %s", r.Case, r.Verdict, r.Reason)
		}
	}
	if told := strings.Join(transcript(all[1]), "\n"); !strings.Contains(told, "in a copy") {
		t.Errorf("nothing says that it ran in a copy:\n%s", told)
	}
}

func TestEveryResultIsWhole(t *testing.T) {
	for _, r := range carry(t, parse(t, brokenPage+flattened+oneWay+twoWay+"```java\nx\n```\n")) {
		if r.Claim == "" || r.Case == "" || r.Topology != Topology || r.Reason == "" || strings.Contains(r.Reason, "\n") {
			t.Errorf("%+v", r)
		}
		if _, err := r.Severity.MarshalText(); err != nil {
			t.Errorf("%s: %v", r.Case, err)
		}
	}
}
