package docker

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/moby/client"
)

func TestNoEngineIsOneLine(t *testing.T) {
	for _, tt := range []struct{ at, spoken, said, want string }{
		{"unix:///x", "", "dial unix /x: connect: permission denied", "unix:///x refuses this user"},
		{"unix:///x", "", "API version 1.12 is not supported by this client: the minimum supported API version is 1.40", "unix:///x is too old"},
		{"unix:///x", "1.10", "client version 1.10 is too old. Minimum supported API version is 1.12", "does not speak DOCKER_API_VERSION=1.10"},
		{"unix:///x", "1.99", "client version 1.99 is too new. Maximum supported API version is 1.41", "does not speak DOCKER_API_VERSION=1.99"},
		{"unix:///x", "", "dial unix /x: connect: no such file or directory", "unix:///x: start one"},
		{"x", "", "unable to parse docker host `x`", "DOCKER_HOST=x is not an engine's address"},
		{"tcp://x", "", "new client: configure TLS from \"DOCKER_CERT_PATH=/y\": could not read \"/y/ca.pem\": no such file\nagain", "could not read \"/y/ca.pem\": no such file"},
		{"ssh://x", "", "lookup x: no such host", "not reached over ssh"},
	} {
		t.Setenv("DOCKER_API_VERSION", tt.spoken)
		if err := noEngine(tt.at, errors.New(tt.said)); !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", tt.said, err)
		}
	}
}

func TestNoOtherEngineIsTaken(t *testing.T) {
	for named, want := range map[string]bool{"": true, "unix:///x": true, "unix:///y": false} {
		t.Setenv("DOCKER_HOST", named)
		if got := asked("unix:///x"); got != want {
			t.Errorf("with DOCKER_HOST=%s the one at unix:///x is asked for: %v", named, got)
		}
	}
}

// An engine as old as API 1.24 says so in its greeting.
func TestOldEngineIsSaidToBeOld(t *testing.T) {
	old := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Api-Version", "1.24")
		_, _ = w.Write([]byte("OK"))
	}))
	defer old.Close()
	t.Setenv("DOCKER_HOST", "tcp://"+old.Listener.Addr().String())
	if err := noEngine(host(), greet(t.Context())); !strings.Contains(err.Error(), "too old") {
		t.Errorf("%v", err)
	}
}

func TestMissingImageIsOneLine(t *testing.T) {
	e := engine(t)
	const pinned = "sha256:0123456789012345678901234567890123456789012345678901234567890123"
	there := imageOf(t, e, "127.0.0.1:1/there/milvus:v1")
	for _, tt := range []struct{ name, digest, want string }{
		{LocalMilvus("0.0.1"), "", "there is no image milvus-tls-e2e/milvus:0.0.1: run `make images`"},
		{"127.0.0.1:1/no/milvus:v1", "", "there is no image 127.0.0.1:1/no/milvus:v1, and it cannot be pulled: "},
		{"127.0.0.1:1/no/milvus:v1", pinned, "there is no image 127.0.0.1:1/no/milvus:v1@" + pinned + ", and it cannot be pulled: "},
		{there, pinned, "the engine's image " + there + " is not the one that is pinned (" + pinned + "), and that cannot be pulled: "},
	} {
		_, err := e.Find(t.Context(), tt.name, tt.digest, io.Discard)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s %s: %v", tt.name, tt.digest, err)
		}
	}
	_, err := e.began(t.Context(), filepath.Join(t.TempDir(), "run"), "none", containerSpec{image: pinned, name: "none"})
	if err == nil || !strings.HasPrefix(err.Error(), "the engine has the image "+pinned+" no more") || strings.Contains(err.Error(), "\n") {
		t.Errorf("a container of no image: %v", err)
	}
}

// imageOf makes a small image of a name, and removes it after the test.
func imageOf(t *testing.T, e *Engine, name string) string {
	t.Helper()
	return imageMadeOf(t, e, name, root{texts: []file{{path: "/empty"}}})
}

func imageMadeOf(t *testing.T, e *Engine, name string, of root) string {
	t.Helper()
	t.Cleanup(func() {
		_, _ = e.client.ImageRemove(context.Background(), name, client.ImageRemoveOptions{Force: true})
	})
	if err := e.load(t.Context(), name, of, ""); err != nil {
		t.Fatal(err)
	}
	return name
}
