package docker

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki"
)

func TestNoEngineIsOneLine(t *testing.T) {
	for _, tt := range []struct{ at, spoken, said, want string }{
		{"unix:///x", "", "dial unix /x: connect: permission denied", "unix:///x refuses this user"},
		{"unix:///x", "", "API version 1.12 is not supported by this client: the minimum supported API version is 1.40", "unix:///x is too old"},
		{"unix:///x", "1.10", "client version 1.10 is too old. Minimum supported API version is 1.12", "does not speak DOCKER_API_VERSION=1.10"},
		{"unix:///x", "1.99", "client version 1.99 is too new. Maximum supported API version is 1.41", "does not speak DOCKER_API_VERSION=1.99"},
		{"unix:///x", "", "dial unix /x: connect: no such file or directory", "unix:///x: start one"},
		{"x", "", "unable to parse docker host `x`", "DOCKER_HOST=x is no address"},
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

// Everything that the provider does, in containers of this test binary.
func TestContainers(t *testing.T) {
	e := engine(t)
	image := LocalMilvus("0.0.0-test")
	in := Input{Name: image, Folder: fakeMilvus(t)}
	t.Cleanup(func() {
		_, _ = e.client.ImageRemove(context.Background(), image, client.ImageRemoveOptions{Force: true})
	})
	for _, want := range []bool{true, false} {
		if made, err := e.Make(t.Context(), in); err != nil || made != want {
			t.Fatalf("made %v, %v; want %v", made, err, want)
		}
	}
	found, err := e.Find(t.Context(), image, "")
	if err != nil || found.Root {
		t.Fatalf("found %+v, %v; want an image that does not run as root", found, err)
	}
	run := filepath.Join(t.TempDir(), "run-"+strings.ToLower(t.Name()))
	reported, err := e.Identify(t.Context(), run, found.ID)
	if err != nil || reported != "v9.9.9-test" {
		t.Errorf("it calls itself %q, %v", reported, err)
	}
	p, err := New(t.Context(), engine(t), run, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	d := deployed(t, p, found.ID)
	t.Run("serves", func(t *testing.T) { serves(t, e, d) })
	t.Run("ends", func(t *testing.T) { ends(t, d) })
	t.Run("is followed", func(t *testing.T) { followed(t, e, p, found.ID) })
	t.Run("meets a volume", func(t *testing.T) { meetsVolume(t, e, p, found.ID) })
	t.Run("is elsewhere", func(t *testing.T) { elsewhere(t, found.ID) })
	t.Run("is swept", func(t *testing.T) { swept(t, e, p, found.ID, run) })
}

func deployed(t *testing.T, p *Provider, image string) *heirloom {
	t.Helper()
	d, err := p.Deploy(t.Context(), cellOf(t, image))
	if err != nil {
		t.Fatal(err)
	}
	return d.(*heirloom)
}

func cellOf(t *testing.T, image string) deploy.Spec {
	t.Helper()
	wallet, err := pki.NewWallet()
	if err != nil {
		t.Fatal(err)
	}
	files, err := wallet.WriteServer(t.TempDir(), harness.Change{})
	if err != nil {
		t.Fatal(err)
	}
	return deploy.Spec{
		Name: "a cell", Server: harness.Server{Version: "9.9.9", Where: map[string]string{WhereImage: image}}, Topology: harness.Topology{Mode: 1}, Files: files,
	}
}

// dial connects to the deployment once it listens, and gives the client's own
// address.
func dial(t *testing.T, d deploy.Deployment, say string) string {
	t.Helper()
	local := ""
	boot := deploy.Await(t.Context(), d, func(ctx context.Context) error {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", d.Addr(harness.GRPC))
		if err != nil {
			return err
		}
		defer conn.Close()
		local = conn.LocalAddr().String()
		_, err = conn.Write([]byte(say))
		return err
	}, bound)
	if !boot.Ready {
		text, _, _ := d.Log(0)
		t.Fatalf("it does not listen at %s: %+v\n%s", d.Addr(harness.GRPC), boot, text)
	}
	return local
}

func serves(t *testing.T, e *Engine, d *heirloom) {
	local := dial(t, d, "hello\n")
	if e.Direct {
		line, err := deploy.AwaitLog(t.Context(), d, 0, func(text []byte) string {
			if bytes.Contains(text, []byte("served "+local)) {
				return "found"
			}
			return ""
		}, bound)
		if err != nil || line == "" {
			t.Errorf("the server does not name the client %s: %v", local, err)
		}
	}
	text, end, err := d.Log(0)
	for _, want := range []string{"uid 1000 reads /milvus/tls/server.key -rw------- true", "uid 1000 reads /milvus/configs/milvus.yaml -rw------- true"} {
		if err != nil || !bytes.Contains(text, []byte(want)) {
			t.Errorf("it did not say %q: %v\n%s", want, err, text)
		}
	}
	if rest, at, err := d.Log(end); len(rest) > 0 || at != end || err != nil {
		t.Errorf("behind its end the log says %q", rest)
	}
	if !strings.Contains(d.Where(), d.name) {
		t.Errorf("%s is said to be %s", d.name, d.Where())
	}
	onlyLoopback(t, e, d)
}

// onlyLoopback wants a server's documented ports on loopback where that is how
// they are reached, and nothing published anywhere else: an image may expose
// ports that nobody here asks for.
func onlyLoopback(t *testing.T, e *Engine, d *heirloom) {
	t.Helper()
	asked := map[int]bool{}
	for _, port := range e.published([]int{19530, 8080, 9091, 19529}) {
		asked[port] = true
	}
	for port, at := range d.published {
		if host, _, err := net.SplitHostPort(at); err != nil || host != "127.0.0.1" || !asked[port] {
			t.Errorf("port %d is published at %s", port, at)
		}
	}
	if len(d.published) != len(asked) {
		t.Errorf("published are %v, and not %v", d.published, asked)
	}
}

// An engine in a virtual machine, or without root, has its containers reached
// through published ports.
func elsewhere(t *testing.T, image string) {
	e := engine(t)
	e.Direct = false
	p, err := New(t.Context(), e, filepath.Join(t.TempDir(), "run-elsewhere"), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	d := deployed(t, p, image)
	if at := d.Addr(harness.GRPC); at != d.published[19530] || !strings.HasPrefix(at, "127.0.0.1:") {
		t.Errorf("it is reached at %s, and published at %v", at, d.published)
	}
	dial(t, d, "hello\n")
	onlyLoopback(t, e, d)
	if _, err := d.Halt(t.Context(), bound); err != nil {
		t.Error(err)
	}
	dial(t, follower(t, d, cellOf(t, image)), "hello\n")
}

func ends(t *testing.T, d *heirloom) {
	if d.Status() != 0 {
		t.Errorf("status %d while it runs", d.Status())
	}
	dial(t, d, "end\n")
	select {
	case <-d.Exited():
	case <-time.After(bound):
		t.Fatal("it did not end")
	}
	if text, _, _ := d.Log(0); d.Status() != 7 || !bytes.Contains(text, []byte("the last words")) {
		t.Errorf("it ended with status %d, having said\n%s", d.Status(), text)
	}
	if ran := d.Ran(); ran <= 0 || ran > bound || ran != d.Ran() {
		t.Errorf("it ran for %s", ran)
	}
	for range 2 {
		if err := d.Stop(); err != nil {
			t.Error(err)
		}
	}
}

func swept(t *testing.T, e *Engine, p *Provider, image, run string) {
	living := func(folder string) bool { return folder == run }
	mine := func(removed []string) bool { return strings.Contains(strings.Join(removed, " "), filepath.Base(run)) }
	d := deployed(t, p, image)
	if removed, err := e.Sweep(t.Context(), func(string) bool { return true }); err != nil || mine(removed) {
		t.Errorf("a run that lives was swept: %q, %v", removed, err)
	}
	dial(t, d, "hello\n")
	if removed, err := e.Sweep(t.Context(), func(f string) bool { return !living(f) }); err != nil || !mine(removed) {
		t.Errorf("a run that is over was not swept: %q, %v", removed, err)
	}
	select {
	case <-d.Exited():
	case <-time.After(bound):
		t.Error("what was swept is still there")
	}
	of := client.Filters{}.Add("label", labelRun+"="+run)
	networks, err := e.client.NetworkList(t.Context(), client.NetworkListOptions{Filters: of})
	if err != nil || len(networks.Items) > 0 {
		t.Errorf("networks are left: %v, %v", networks.Items, err)
	}
	volumes, err := e.client.VolumeList(t.Context(), client.VolumeListOptions{Filters: of})
	if err != nil || len(volumes.Items) > 0 {
		t.Errorf("volumes are left: %v, %v", volumes.Items, err)
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
		_, err := e.Find(t.Context(), tt.name, tt.digest)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s %s: %v", tt.name, tt.digest, err)
		}
	}
	_, err := e.start(t.Context(), filepath.Join(t.TempDir(), "run"), "none", recipe{image: pinned, name: "none"})
	if err == nil || !strings.HasPrefix(err.Error(), "the engine has the image "+pinned+" no more") || strings.Contains(err.Error(), "\n") {
		t.Errorf("a container of no image: %v", err)
	}
}

// imageOf makes a small image of a name, and removes it after the test.
func imageOf(t *testing.T, e *Engine, name string) string {
	t.Helper()
	t.Cleanup(func() {
		_, _ = e.client.ImageRemove(context.Background(), name, client.ImageRemoveOptions{Force: true})
	})
	if err := e.load(t.Context(), name, root{texts: []file{{path: "/empty"}}}, ""); err != nil {
		t.Fatal(err)
	}
	return name
}
