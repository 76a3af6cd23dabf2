package process

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A jar that is not the pinned one is refused, whatever is wrong with it.
func TestKafkaIsHeldAgainstItsPins(t *testing.T) {
	t.Parallel()
	digest := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	for name, tt := range map[string]struct{ there, pins, says string }{
		"as pinned":         {"a", digest("a") + "  a.jar\n", ""},
		"changed":           {"b", digest("a") + "  a.jar\n", "refuse Kafka: the SHA-256 of a.jar is "},
		"pinned nowhere":    {"a", "", "refuse Kafka: a.jar is pinned nowhere"},
		"not there":         {"a", digest("a") + "  a.jar\n" + digest("b") + "  b.jar\n", "refuse Kafka: b.jar is pinned and was not downloaded"},
		"pins of another":   {"a", digest("a") + " a.jar\n", "is no SHA-256 and a jar"},
		"pins of elsewhere": {"a", digest("a") + "  ../a.jar\n", "is no SHA-256 and a jar"},
	} {
		dir := t.TempDir()
		write(t, dir, map[string]string{"a.jar": tt.there})
		err := checkJars(dir, []byte(tt.pins))
		if tt.says == "" && err != nil || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
			t.Errorf("%s: %v, want %q", name, err, tt.says)
		}
	}
}

// Every jar that Kafka's pom names is pinned, once.
func TestKafkasPinsAreWhole(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "fixtures", "servers", "kafka", "jars.sha256"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		digest, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if len(digest) != hex.EncodedLen(sha256.Size) || !strings.HasSuffix(name, ".jar") || seen[name] {
			t.Errorf("%q", line)
		}
		seen[name] = true
	}
	if !seen["kafka_2.13-3.7.2.jar"] || !seen["slf4j-simple-1.7.36.jar"] {
		t.Error("what the pom names itself is not pinned")
	}
}

func TestWithoutJavaOrMaven(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if err := NoKafka(); err == nil || !strings.Contains(err.Error(), "java is not on PATH") {
		t.Errorf("%v", err)
	}
	source := filepath.Join("..", "..", "..", "fixtures", "servers", "kafka")
	_, err := Cache{Dir: t.TempDir(), Log: &strings.Builder{}}.Kafka(context.Background(), source)
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "mvn") {
		t.Errorf("%v", err)
	}
}
