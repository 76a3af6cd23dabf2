package standin_test

import (
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/pki/pkitest"
)

// A turning shows a fault about files that are replaced while a stand-in runs:
// whose certificate is shown, and what becomes of a client of the CA that was
// added, before the stand-in is started again and after.
type turning struct {
	fault         standin.Fault
	before, after [2]string
}

var honestly = turning{before: [2]string{"configured", unknown}, after: [2]string{"another", "served"}}

func turnings() []turning {
	return []turning{
		{standin.ReloadsFiles, honestly.after, honestly.after},
		{standin.StopsOverReplacedFiles, [2]string{"none", "alert tls: internal error"}, honestly.after},
		{standin.KeepsOldFiles, honestly.before, honestly.before},
	}
}

func TestReplacedFiles(t *testing.T) {
	t.Parallel()
	for _, c := range append(turnings(), honestly) {
		t.Run(string(c.fault), func(t *testing.T) {
			t.Parallel()
			var faults []standin.Fault
			if c.fault != "" {
				faults = append(faults, c.fault)
			}
			files, err := pkitest.CertSet(t).WriteServer(t.TempDir(), harness.ConfigChange{})
			if err != nil {
				t.Fatal(err)
			}
			spec := deploy.Spec{Name: t.Name(), Topology: mode2, Files: files}
			d := deployed(t, standin.New(pkitest.CertSet(t), faults...), spec)
			renewed, err := pkitest.CertSet(t).WithRenewedServerCert()
			if err == nil {
				_, err = renewed.WithSecondCA().WriteServer(files.Dir, harness.ConfigChange{})
			}
			if err != nil {
				t.Fatal(err)
			}
			check := func(d deploy.Deployment) [2]string {
				t.Helper()
				return [2]string{shownTo(t, d, harness.Good), sees(client{at: harness.GRPC, as: pki.ForeignCA})(t, d)}
			}
			if got := check(d); got != c.before {
				t.Errorf("while it runs: %q, want %q", got, c.before)
			}
			old := succession(t, d)
			if _, err := old.Shutdown(t.Context(), bound); err != nil {
				t.Fatal(err)
			}
			next, err := old.Start(t.Context(), spec)
			if err != nil {
				t.Fatal(err)
			}
			if got := check(next); got != c.after {
				t.Errorf("after the restart: %q, want %q", got, c.after)
			}
		})
	}
}
