package oracle

import (
	"runtime"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks/chains"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/harness/run"
)

// The program says what this process's crypto/x509 does, where both are of one release.
func TestTheProgramSaysWhatCryptoX509Does(t *testing.T) {
	t.Parallel()
	certs := pkitest.CertSet(t)
	all, err := certs.ClientChains(120)
	if err != nil {
		t.Fatal(err)
	}
	here, err := run.ThisGo(t.Context(), harness.Server{}, certs, all)
	if err != nil {
		t.Fatal(err)
	}
	release := strings.TrimPrefix(runtime.Version(), "go")
	there, err := ask(t.Context(), t.TempDir(), release, certs, all)
	if err != nil {
		t.Fatal(err)
	}
	if there.Release != release {
		t.Errorf("Go %s answered", there.Release)
	}
	for i, said := range there.Verdicts {
		if (said == chains.Accepted) != (here.Verdicts[i] == chains.Accepted) {
			t.Errorf("%s: %q, and here %q", all[i].Name, said, here.Verdicts[i])
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	list := "golang.org/toolchain v0.0.1-go1.18.linux-amd64 v0.0.1-go1.18.2.linux-amd64 v0.0.1-go1.18.4.linux-amd64 v0.0.1-go1.18.10.linux-amd64 " +
		"v0.0.1-go1.18.3.windows-amd64 v0.0.1-go1.19rc1.linux-amd64 v0.0.1-go1.20.4.linux-amd64"
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		list = strings.ReplaceAll(list, "linux-amd64", runtime.GOOS+"-"+runtime.GOARCH)
	}
	among := toolchains(list)
	for release, want := range map[string]string{"1.20.4": "1.20.4", "1.18.3": "1.18.4", "1.18.11": "1.18.10", "1.18": "1.18", "1.20.7": "1.20.4", "1.20.1": "1.20.4"} {
		if got, err := nearest(release, among); got != want || err != nil {
			t.Errorf("nearest to %s: %q, %v; want %s", release, got, err, want)
		}
	}
	for _, release := range []string{"1.19.1", "1.21.0"} {
		if got, err := nearest(release, among); err == nil {
			t.Errorf("nearest to %s: %q", release, got)
		}
	}
}
