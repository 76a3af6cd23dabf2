//go:build !e2e

package suites

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A mutation is a fault of the harness itself: one line of it that is wrong, and the
// package whose tests must notice.
type mutation struct {
	name  string
	file  string // from the project's folder
	right string // stands there once
	wrong string
	tests string // package
	run   string // of its tests; empty for all
}

var mutations = []mutation{
	{"a judge refutes although the control failed", "harness/checks/gate.go",
		"r.Verdict == harness.Refuted && !held", "r.Verdict == harness.Refuted && !held && want == \"\"", "./harness/run", "Control"},
	{"a judge confirms although the control failed", "harness/checks/evidence.go",
		"	if !served {\n		return LeaveOpen(e.ControlCause()", "	if !served && e.ControlErr != nil {\n		return LeaveOpen(e.ControlCause()", "./harness/checks", ""},
	{"a judge does not compare the certificate that the server shows", "harness/checks/connect/judge.go",
		"o.ServerCert != e.ConfiguredCert", "o.ServerCert == \"\"", "./harness/checks", ""},
	{"a judge does not compare the certificate that the client sent", "harness/checks/connect/judge.go",
		"want == harness.RefusedCertificate && Connection(e).ClientCert != e.ExpectedClientCert", "want == harness.RefusedCertificate && Connection(e).ClientCert == \"\"", "./harness/checks", ""},
	{"a judge does not ask for the server's log line", "harness/checks/connect/judge.go",
		"e.LogsRefusals && Connection(e).Log == \"\"", "e.LogsRefusals && want == \"\"", "./harness/checks", ""},
	{"a port in plaintext goes unnoticed while components are replaced", "harness/checks/rolling/facts.go",
		"slices.Contains(s.Secured, p.Port) && answered(p.Outcome)", "slices.Contains(s.Secured, p.Port) && p.Outcome == harness.Served", "./harness/checks/rolling", ""},
	{"a log is read from its beginning", "harness/deploy/deploy.go",
		"r.Log(offset)", "r.Log(0)", "./harness/deploy", ""},
	{"a recording loses the canary", "harness/wire/canary.go",
		"if f == nil || len(piece) == 0 {", "if f == nil || len(piece) >= 0 {", "./harness/wire", "Canary"},
	{"a probe never connects, and says that it was refused", "harness/probe/raw.go",
		"end, err := rawAttempt(ctx, t, r)", "end, err := connection.EndReset, error(nil)", "./harness/probe", "^TestRaw$"},
	{"a probe takes a handshake for an answer", "harness/probe/raw.go",
		"	err = speak(conn, t, r)\n	if err == nil {", "	r.update(func(o *connection.Observation) { o.Answer = connection.AnswerData })\n	_, err = speak, error(nil)\n	if err == nil {", "./harness/probe", "^TestRaw$"},
	{"a known failure hides another outcome", "harness/results/expected.go",
		"if is(x.Saw, r.Saw) {", "if is(r.Saw, r.Saw) {", "./harness/results", ""},
	{"what nobody judged does not fail a run", "harness/results/result.go",
		"	case harness.Unjudged, harness.Inconclusive:\n", "	case harness.Unjudged, harness.Inconclusive:\n		return r.Verdict == harness.Inconclusive\n", "./harness/checks", ""},
	{"a plan drops what does not apply", "harness/plan/plan.go",
		"		whole.Reason = fmt.Sprintf(\"made for releases %s\", claim.Since)\n		return []Planned{whole}", "		return nil", "./harness/plan", "Plan"},
}

// text returns the file of a mutation as it is and as the mutation has it.
func (m mutation) text() (right, wrong string, fits bool, err error) {
	text, err := os.ReadFile(filepath.Join("..", m.file))
	if err != nil {
		return "", "", false, err
	}
	right = string(text)
	return right, strings.Replace(right, m.right, m.wrong, 1), strings.Count(right, m.right) == 1, nil
}

// Whoever changes a mutated line changes the mutation, which make mutants would only
// find out at night.
func TestEveryMutationFits(t *testing.T) {
	t.Parallel()
	for _, m := range mutations {
		if _, _, fits, err := m.text(); err != nil || !fits {
			t.Errorf("%s: %s does not hold once: %s (%v)", m.name, m.file, m.right, err)
		}
	}
}
