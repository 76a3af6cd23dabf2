package run

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/checks"
	"milvus-tls-e2e/harness/checks/start"
	"milvus-tls-e2e/harness/connection"
	"milvus-tls-e2e/harness/milvus"
)

// A 2.6.20 that cannot start ends with status 0 or 134, which of the two is a
// race. Both are the same refusal for the same reason, and both say which it was.
func TestBothEndsOfAStartAreJudgedAlike(t *testing.T) {
	bad := func(f harness.File, d harness.Defect) harness.ConfigChange {
		return harness.ConfigChange{File: f, Defect: d}
	}
	mode := harness.ConfigChange{Key: "common.security.tlsMode", Value: "-1"}
	for log, tt := range map[string]struct {
		change harness.ConfigChange
		want   harness.Outcome
	}{
		"server.pem missing":        {bad(harness.ServerCert, harness.Missing), start.NotStarted},
		"server.pem not-pem":        {bad(harness.ServerCert, harness.NotPEM), start.NotStarted},
		"server.key missing":        {bad(harness.ServerKey, harness.Missing), start.NotStarted},
		"server.key empty":          {bad(harness.ServerKey, harness.Empty), start.NotStarted},
		"server.key mismatched":     {bad(harness.ServerKey, harness.Mismatched), start.NotStarted},
		"mode-1 server.key missing": {bad(harness.ServerKey, harness.Missing), start.NotStarted},
		"ca.pem missing":            {bad(harness.CACert, harness.Missing), start.NotStarted},
		"ca.pem empty":              {bad(harness.CACert, harness.Empty), start.NotStarted},
		"ca.pem not-pem":            {bad(harness.CACert, harness.NotPEM), start.NotStarted},
		"tlsMode -1":                {mode, start.NotStarted},
		"tlsMode 3":                 {mode, start.NotStarted},
		"REST at gRPC's port":       {harness.ConfigChange{}, start.RESTExplained},
	} {
		text, err := os.ReadFile(filepath.Join("..", "milvus", "testdata", "2.6.20", log+".log"))
		if err != nil {
			t.Fatal(err)
		}
		for status, word := range map[int]string{0: "status 0", 134: "status 134"} {
			saw := start.Facts{Exited: true, Status: status, Seconds: 1}
			explain(&saw, text)
			j := checks.Judge(start.Check{Change: tt.change}, tt.want, checks.Evidence{
				Saw: &saw, Control: &connection.Observation{Answer: connection.AnswerData}, Names: names(tt.change),
			})
			if j.Verdict != harness.Confirmed || !strings.Contains(j.Reason, word) {
				t.Errorf("%s with status %d: %s: %s", log, status, j.Verdict, j.Reason)
			}
		}
	}
}

// The reason of a start that names another file than the one that is bad is none.
func TestAStartThatEndsOverAnotherFile(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "milvus", "testdata", "2.6.20", "server.key missing.log"))
	if err != nil {
		t.Fatal(err)
	}
	saw := start.Facts{Exited: true, Cause: milvus.Cause(text)}
	another := harness.ConfigChange{File: harness.EtcdCert, Defect: harness.Missing}
	j := checks.Judge(start.Check{Change: another}, start.NotStarted, checks.Evidence{
		Saw: &saw, Control: &connection.Observation{Answer: connection.AnswerData}, Names: names(another),
	})
	if j.Verdict != harness.Refuted {
		t.Errorf("%s: %s", j.Verdict, j.Reason)
	}
}
