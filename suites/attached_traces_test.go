//go:build !e2e

package suites

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/check"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/report"
	"milvus-tls-e2e/suites/claims"
)

func TestAttachedDeploymentIsLeftAsItWas(t *testing.T) {
	d, file := attached{topology: "mode-1"}.deployed(t)
	target, err := check.Read(file, claims.All())
	if err != nil {
		t.Fatal(err)
	}
	results, err := check.Run(t.Context(), target, attached{}.options(t))
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
	d, file := attached{topology: "mode-2", omit: of("rate"), more: of("rate: 40")}.deployed(t)
	target, err := check.Read(file, claims.All())
	if err != nil {
		t.Fatal(err)
	}
	o := attached{}.options(t)
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
		if r.Evidence == nil {
			continue
		}
		if o, connected := r.Evidence.Facts.(*connection.Observation); connected {
			made[o.Local] = true
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

// Whoever gets the reports gets no key and no password.
func TestReportsHoldNothingOfTheOwnersSecrets(t *testing.T) {
	s := attached{topology: "mode-2-auth", writes: true}
	_, file := s.deployed(t)
	target, err := check.Read(file, claims.All())
	if err != nil {
		t.Fatal(err)
	}
	temporary := t.TempDir() // where no other check of this machine has folders
	t.Setenv("TMPDIR", temporary)
	results, err := check.Run(t.Context(), target, s.options(t))
	if err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
	out := t.TempDir()
	if err := errors.Join(report.Write(out, nil, results, claims.All()), report.Metrics(filepath.Join(out, "check.prom"), "it", 0, results)); err != nil {
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

// Interrupted in the midst of the data path, a check drops its collection. The
// row that REST searches for is never found, so that it goes on searching until
// it is interrupted.
func TestInterruptedCheckLeavesNoCollection(t *testing.T) {
	s := attached{topology: "mode-0", writes: true, faults: []standin.Fault{standin.InsertLost}}
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
	if was := <-seen; !was || !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v, which was when there was a collection: %t", err, was)
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
