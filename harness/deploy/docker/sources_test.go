package docker

import (
	"strings"
	"testing"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
)

func TestImageSources(t *testing.T) {
	for _, tt := range []struct{ text, version, want string }{
		{"", "2.3.5", "official"},
		{"local", "2.3.5", "local"},
		{"2.3.5=local,2.6.22=official", "2.3.5", "local"},
		{"2.3.5=local,2.6.22=official", "2.6.22", "official"},
		{"2.3=local", "2.3.5", "local"},
		{"2.3=local, 2.3.5=official", "2.3.5", "official"},
		{"2.3=local", "2.6.22", "official"},
	} {
		s, err := readImages(tt.text)
		if err != nil || s.local(versions.Release{Version: tt.version}) != (tt.want == "local") {
			t.Errorf("IMAGES=%s: %v, and the images of %s are not %s", tt.text, err, tt.version, tt.want)
		}
	}
	for text, want := range map[string]string{
		"mine": "2.3.5=local,2.6=official", "2.3.5": "2.3.5=local,2.6=official", "=local": "2.3.5=local,2.6=official",
		"2.3.5=mine": `the images of 2.3.5 are local or official, and not "mine"`, "2.3.5=local,2.3.5=official": "names 2.3.5 twice",
	} {
		if _, err := readImages(text); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "IMAGES="+text) {
			t.Errorf("IMAGES=%s: %v", text, err)
		}
	}
}

func TestHandOverIsSaid(t *testing.T) {
	root, user := harness.Server{Version: "2.6.22"}, harness.Server{Version: "3.0.0", Features: []harness.Feature{harness.NotPrivileged}}
	for _, tt := range []struct {
		servers []harness.Server
		want    bool
	}{{[]harness.Server{root, user}, true}, {[]harness.Server{user, root}, false}, {[]harness.Server{root, root}, false}, {[]harness.Server{user, user}, false}} {
		var log strings.Builder
		sayHandOver(&log, tt.servers)
		if said := strings.Contains(log.String(), "the image of 2.6.22 runs as root"); said != tt.want {
			t.Errorf("of %s and %s it says %q", tt.servers[0].Version, tt.servers[1].Version, log.String())
		}
	}
}
