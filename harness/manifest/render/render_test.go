package render

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/manifest"
)

const (
	alone = "cluster: {enabled: false}\nimage: {all: {repository: milvusdb/milvus, tag: v2.6.20}}\n"
	certs = "volumes: [{name: certs, secret: {secretName: certs}}]\nvolumeMounts: [{name: certs, mountPath: /certs, readOnly: true}]\n"
	files = "    tls: {serverPemPath: /certs/server.pem, serverKeyPath: /certs/server.key, caPemPath: /certs/ca.pem}\n"
	rest  = "    proxy: {http: {port: 8080}}\n"
)

// user returns extraConfigFiles with a text.
func user(lines string) string { return "extraConfigFiles:\n  user.yaml: |\n" + lines }

func mode(n int) string { return fmt.Sprintf("    common: {security: {tlsMode: %d}}\n", n) }

// values are what people deploy with, and whether something keeps it from working.
var values = map[string]struct {
	text  string
	wrong bool
}{
	"mode 1":        {alone + user(rest+mode(1)+files) + certs, false},
	"mode 2":        {alone + user(rest+mode(2)+files) + certs, false},
	"no TLS":        {alone, false},
	"a cluster":     {"image: {all: {repository: milvusdb/milvus, tag: v2.6.20}}\n" + user(rest+mode(2)+files) + certs, false},
	"internal TLS":  {alone + user("    common: {security: {internaltlsEnabled: true}}\n    internaltls: {serverPemPath: /certs/server.pem, serverKeyPath: /certs/server.key, caPemPath: /certs/ca.pem, sni: localhost}\n") + certs, false},
	"no such mode":  {alone + user(rest+mode(7)+files) + certs, true},
	"no volume":     {alone + user(rest+mode(1)+files), true},
	"another path":  {alone + user(rest+mode(1)+strings.ReplaceAll(files, "/certs", "/tls")) + certs, true},
	"a wrong place": {alone + user(rest+"    common: {tlsMode: 1}\n"+files) + certs, true},
	"switched off by the environment": {
		alone + "standalone:\n  extraEnv: [{name: COMMON_SECURITY_TLSMODE, value: \"0\"}]\n" + user(rest+mode(2)+files) + certs, true,
	},
	"switched on by the environment": {
		alone + "standalone:\n  extraEnv: [{name: COMMON_SECURITY_TLSMODE, value: \"2\"}]\n" + user(rest+files) + certs, false,
	},
	"another ConfigMap":       {alone + "customConfigMap: my-own\n" + user(rest+mode(2)+files) + certs, true},
	"volumes nobody reads":    {alone + user(rest+mode(1)+files) + "standalone:\n  volumes: [{name: certs, secret: {secretName: certs}}]\n  volumeMounts: [{name: certs, mountPath: /certs}]\n", true},
	"REST on gRPC's port":     {alone + user(mode(1)+files) + certs, true},
	"a release without it":    {strings.Replace(alone, "2.6.20", "2.3.5", 1) + user(rest+mode(1)+files) + certs, true},
	"a mount twice":           {alone + user(rest+mode(1)+files) + strings.Replace(certs, "readOnly: true}]", "readOnly: true}, {name: certs, mountPath: /certs}]", 1), true},
	"a volume without a name": {alone + user(rest+mode(1)+files) + "volumes: [{name: certz, secret: {secretName: certs}}]\nvolumeMounts: [{name: certs, mountPath: /certs}]\n", true},
}

// The two ways in which values are read come to the same: by what is known of the
// chart, and by the pods that the chart gives.
func TestBothWaysComeToTheSame(t *testing.T) {
	bothWays(t, filepath.Join("testdata", "milvus"))
}

// The same with the Milvus chart itself, of which nothing is kept here.
func TestBothWaysComeToTheSameWithTheRealChart(t *testing.T) {
	path := os.Getenv("MILVUS_CHART")
	if path == "" {
		t.Skip("left out: MILVUS_CHART names no folder or archive of the Milvus chart")
	}
	bothWays(t, path)
}

func bothWays(t *testing.T, path string) {
	for name, v := range values {
		t.Run(name, func(t *testing.T) {
			chart, err := Load(t.Context(), path, "")
			if err != nil {
				t.Fatal(err)
			}
			known, err := manifest.ReadAll("values.yaml", []byte(v.text), manifest.Options{Chart: chart.chart.Metadata.Version})
			if err != nil {
				t.Fatal(err)
			}
			rendered, err := Check(t.Context(), chart, "values.yaml", []byte(v.text), manifest.Options{})
			if err != nil {
				t.Fatal(err)
			}
			server := outward(t, rendered)
			if v.text != "" && !strings.Contains(name, "ConfigMap") {
				sameSettings(t, known[0], server)
			}
			for way, m := range map[string]manifest.Manifest{"as the chart is known": known[0], "rendered": server} {
				// What another ConfigMap holds is nowhere to be seen in what is rendered.
				unseen := way == "rendered" && name == "another ConfigMap" && len(m.NotRead) > 0
				if got := wrong(m); got != v.wrong && !unseen {
					t.Errorf("%s: wrong is %v: %v", way, got, m.Findings)
				}
			}
		})
	}
}

// outward returns the server that clients connect to.
func outward(t *testing.T, all []manifest.Manifest) manifest.Manifest {
	t.Helper()
	for _, m := range all {
		if m.Role == "proxy" || m.Role == "standalone" {
			return m
		}
	}
	t.Fatalf("none of %d servers is for clients", len(all))
	return manifest.Manifest{}
}

// sameSettings compares what one way says with what the other does.
func sameSettings(t *testing.T, known, rendered manifest.Manifest) {
	t.Helper()
	has := map[string]string{}
	for _, s := range rendered.Configured() {
		has[s.Key] = fmt.Sprint(s.Value)
	}
	for _, s := range known.Configured() {
		if has[s.Key] != fmt.Sprint(s.Value) {
			t.Errorf("%s is %v as the chart is known, and %q rendered", s.Key, s.Value, has[s.Key])
		}
		delete(has, s.Key)
	}
	for key, value := range has {
		if strings.Contains(strings.ToLower(key), "tls") {
			t.Errorf("%s is %s, which only rendering shows", key, value)
		}
	}
	if known.Image != rendered.Image {
		t.Errorf("the image is %s and %s", known.Image, rendered.Image)
	}
}

func wrong(m manifest.Manifest) bool {
	for _, f := range m.Findings {
		if f.Severity >= harness.SeverityMedium {
			return true
		}
	}
	return false
}

// A finding in what a chart gave names the template and the line in what it gave.
func TestFindingsNameTheTemplate(t *testing.T) {
	chart, err := Load(t.Context(), filepath.Join("testdata", "milvus"), "")
	if err != nil {
		t.Fatal(err)
	}
	all, err := Check(t.Context(), chart, "values.yaml", []byte(values["no such mode"].text), manifest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := outward(t, all)
	if len(server.Findings) == 0 {
		t.Fatal("nothing is found")
	}
	f := server.Findings[0]
	r, err := chart.Render(t.Context(), []byte(values["no such mode"].text))
	if err != nil {
		t.Fatal(err)
	}
	if f.File != "milvus/templates/configmap.yaml" || f.Line == 0 || !strings.Contains(lineOf(r, f), "tlsMode: 7") {
		t.Errorf("got %s, which is %q", server.Place(f), lineOf(r, f))
	}
}

// lineOf returns the line that a finding is about.
func lineOf(r Rendering, f manifest.Finding) string {
	for n, line := range strings.Split(string(r.Text), "\n") {
		if file, at := r.Source(n + 1); file == f.File && at == f.Line {
			return line
		}
	}
	return ""
}

// What is no chart, or gives nothing that can be judged, is one line.
func TestWhatDoesNotRenderIsOneLine(t *testing.T) {
	folder := func(files map[string]string) string {
		dir := t.TempDir()
		for name, text := range files {
			at := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	with := func(template string) string {
		return folder(map[string]string{"Chart.yaml": "apiVersion: v2\nname: x\nversion: 1.0.0\n", "templates/a.yaml": template})
	}
	for name, c := range map[string]struct{ chart, values, says string }{
		"no such folder":         {"no/such/chart", "", "no repository"},
		"a folder without one":   {t.TempDir(), "", "Chart.yaml"},
		"a file that is none":    {filepath.Join(folder(map[string]string{"x.tgz": "\x00\x01"}), "x.tgz"), "", "x.tgz"},
		"an OCI registry":        {"oci://example.org/milvus", "", "helm pull"},
		"a broken template":      {with("{{ .Values.a.b.c }}"), "", "a.yaml"},
		"an unclosed template":   {with("{{ if }}"), "", "a.yaml"},
		"a template that fails":  {with(`{{ fail "not with these values" }}`), "", "not with these values"},
		"a required value":       {with(`{{ required "set image" .Values.image }}`), "", "set image"},
		"a template of itself":   {with(`{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}`), "", "nested"},
		"too much":               {with(`{{ range until 100000 }}{{ "0123456789" | repeat 100 }}{{ "\n" }}{{ end }}`), "", "more than"},
		"nothing":                {with("{{- /* nothing */ -}}"), "", "no resource"},
		"no Milvus":              {with("apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n"), "", "nothing that runs Milvus"},
		"no YAML":                {with("a: b: c\n"), "", "YAML"},
		"values that are no map": {with("a: 1\n"), "- a\n", "values"},
		"binary values":          {with("a: 1\n"), "\x00\x01", "values"},
	} {
		chart, err := Load(t.Context(), c.chart, "")
		if err == nil {
			_, err = Check(t.Context(), chart, "values.yaml", []byte(c.values), manifest.Options{})
		}
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A rendering that somebody waits for no longer ends.
func TestRenderingEndsWithItsContext(t *testing.T) {
	chart, err := Load(t.Context(), filepath.Join("testdata", "milvus"), "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := chart.Render(ctx, nil); err != nil && strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
}
