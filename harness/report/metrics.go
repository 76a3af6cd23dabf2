package report

import (
	"cmp"
	"fmt"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"

	"milvus-tls-e2e/harness/checks/certificate"
	"milvus-tls-e2e/harness/results"
)

// Metrics writes the results of a check for Prometheus' textfile collector, atomically. target
// names the deployment in every series, and status is the exit status. For a check that could
// judge nothing it writes the time and the status.
func Metrics(path, target string, status int, r results.Results) error {
	registry := prometheus.NewRegistry()
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "milvus_tls_check_" + name, Help: help, ConstLabels: prometheus.Labels{"target": target},
		}, labels)
		registry.MustRegister(g)
		return g
	}
	gauge("status", "Exit status of the check: 0 as expected, 1 findings, 3 could not be judged.").WithLabelValues().Set(float64(status))
	gauge("timestamp_seconds", "When the check began, as Unix time.").WithLabelValues().Set(float64(r.Run.Started.Unix()))
	gauge("duration_seconds", "How long the check took.").WithLabelValues().Set(r.Run.Seconds)
	cases := gauge("cases", "Cases by how they stand.", "standing")
	claims := gauge("claim_cases", "Cases of a claim by how they stand.", "claim", "standing")
	ends := gauge("certificate_end_timestamp_seconds", "When the first of the certificates ends that a port or the client shows, or of the CAs in trust and client_ca, as Unix time.", "port")
	for st := confirmed; st < statusEnd && len(r.Results) > 0; st++ {
		cases.WithLabelValues(st.kind())
	}
	for _, x := range r.Results {
		kind := statusOf(x).kind()
		cases.WithLabelValues(kind).Inc()
		claims.WithLabelValues(x.Claim, kind).Inc()
		if x.Evidence == nil {
			continue
		}
		shown, is := x.Evidence.Facts.(*certificate.Facts)
		if !is {
			continue
		}
		port := cmp.Or(string(shown.CAs), string(x.Port), "client")
		if certs := shown.Certificates; len(certs) > 0 {
			first := certs[0].Ends
			for _, c := range certs {
				if c.Ends.Before(first) {
					first = c.Ends
				}
			}
			ends.WithLabelValues(port).Set(float64(first.Unix()))
		}
	}
	if err := prometheus.WriteToTextfile(filepath.Clean(path), registry); err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	return nil
}

// Line sums up a check in one line, for logs.
func Line(target string, r results.Results) string {
	text := fmt.Sprintf("%s: %s (%s)", line(target), settled(r), counted(r))
	for _, f := range survey(r, nil).findings() {
		if f.New > 0 {
			return text + fmt.Sprintf("; the worst new finding (%s): %s", f.Severity, line(f.Text))
		}
	}
	return text
}
