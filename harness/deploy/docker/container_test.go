package docker

import (
	"bytes"
	"context"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/pki/pkitest"
)

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
	found, err := e.Find(t.Context(), image, "", io.Discard)
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
	t.Run("is followed by another user", func(t *testing.T) { handedOver(t, e, p, in.Folder, found.ID) })
	t.Run("is lost", func(t *testing.T) { lost(t, e, p, found.ID) })
	t.Run("meets a volume", func(t *testing.T) { meetsVolume(t, e, p, found.ID) })
	t.Run("is elsewhere", func(t *testing.T) { elsewhere(t, found.ID) })
	t.Run("is swept", func(t *testing.T) { swept(t, e, p, found.ID, run) })
}

func deployed(t *testing.T, p *Provider, image string) *upgradable {
	t.Helper()
	d, err := p.Deploy(t.Context(), cellOf(t, image))
	if err != nil {
		t.Fatal(err)
	}
	return d.(*upgradable)
}

func cellOf(t *testing.T, image string) deploy.Spec {
	t.Helper()
	certs := pkitest.CertSet(t)
	files, err := certs.WriteServer(t.TempDir(), harness.ConfigChange{})
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

func serves(t *testing.T, e *Engine, d *upgradable) {
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
	if !bytes.Contains(text, []byte("keeps 8080,9091,13333,19529-19531,21121,21123-21124,22222,31000,53100 to listen on")) {
		t.Errorf("its ports may be given to its own connections:\n%s", text)
	}
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
func onlyLoopback(t *testing.T, e *Engine, d *upgradable) {
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

// An end that a server did not come to by itself says nothing about it.
func lost(t *testing.T, e *Engine, p *Provider, image string) {
	own, halted, killed := deployed(t, p, image), deployed(t, p, image), deployed(t, p, image)
	dial(t, own, "end\n")
	dial(t, halted, "stay\n")
	if _, err := halted.Shutdown(t.Context(), time.Millisecond); err != nil {
		t.Error(err)
	}
	said(t, killed, "inherits")
	if _, err := e.client.ContainerKill(t.Context(), killed.id, client.ContainerKillOptions{}); err != nil {
		t.Error(err)
	}
	for d, want := range map[*upgradable]bool{own: false, halted: false, killed: true} {
		select {
		case <-d.Exited():
		case <-time.After(bound):
			t.Fatal("it did not end")
		}
		if (d.lost != nil) != want {
			t.Errorf("%s with status %d is lost: %v", d.name, d.Status(), d.lost)
		}
		if err := d.Stop(); err != nil {
			t.Error(err)
		}
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
	if _, err := d.Shutdown(t.Context(), bound); err != nil {
		t.Error(err)
	}
	dial(t, follower(t, d, cellOf(t, image)), "hello\n")
}

func ends(t *testing.T, d *upgradable) {
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
	if ran := d.ran(); ran <= 0 || ran > bound || ran != d.ran() {
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
