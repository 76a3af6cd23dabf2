package docker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
)

// said waits until a server has said something.
func said(t *testing.T, d deploy.Deployment, want string) {
	t.Helper()
	line, err := deploy.AwaitLog(t.Context(), d, 0, func(text []byte) string {
		if bytes.Contains(text, []byte(want)) {
			return want
		}
		return ""
	}, bound)
	if err != nil || line == "" {
		text, _, _ := d.Log(0)
		t.Errorf("it did not say %q: %v\n%s", want, err, text)
	}
}

// followed is a server that one, and then another, takes over from.
func followed(t *testing.T, e *Engine, p *Provider, image string) {
	first := deployed(t, p, image)
	said(t, first, `inherits ""`)
	dial(t, first, "hello\n")
	spec := cellOf(t, image)
	if _, err := first.StartSuccessor(t.Context(), spec); err == nil || !strings.Contains(err.Error(), "still runs") {
		t.Errorf("one was put in the place of a server that runs: %v", err)
	}
	for range 2 {
		if halt, err := first.Shutdown(t.Context(), bound); err != nil || halt.Killed || halt.Status != 6 || halt.Seconds > 10 {
			t.Errorf("halted as %+v, %v", halt, err)
		}
	}
	other := spec
	other.Server.Storage = "object"
	if _, err := first.StartSuccessor(t.Context(), other); err == nil || !strings.Contains(err.Error(), "kind of storage") {
		t.Errorf("one with another storage was put in its place: %v", err)
	}
	second := follower(t, first, spec)
	said(t, second, `inherits "x"`)
	dial(t, second, "stay\n")
	if halt, err := second.Shutdown(t.Context(), time.Second); err != nil || !halt.Killed || halt.Status != 137 || halt.Seconds < 1 {
		t.Errorf("one that stays was halted as %+v, %v", halt, err)
	}
	said(t, second, "asked to end, and stays")
	third := follower(t, second, spec)
	said(t, third, `inherits "xx"`)
	dial(t, third, "stay\n")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := third.Shutdown(ctx, bound); !errors.Is(err, context.Canceled) {
		t.Errorf("halting was interrupted, and said %v", err)
	}
	said(t, first, `inherits ""`) // what was halted can still be read
	for _, d := range []*upgradable{third, second} {
		if err := d.Stop(); err != nil {
			t.Error(err)
		}
		if _, err := e.client.VolumeInspect(t.Context(), first.place.volume, client.VolumeInspectOptions{}); err != nil {
			t.Errorf("the volume went with a follower: %v", err)
		}
	}
	for range 2 {
		if err := first.Stop(); err != nil {
			t.Error(err)
		}
	}
	if _, err := e.client.VolumeInspect(t.Context(), first.place.volume, client.VolumeInspectOptions{}); err == nil {
		t.Error("the volume is still there")
	}
}

// handedOver is a server that runs as root, which one that does not takes over
// from, and gives back to.
func handedOver(t *testing.T, e *Engine, p *Provider, folder, image string) {
	r, err := milvusRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	r.changes = slices.DeleteFunc(r.changes, func(c string) bool { return strings.HasPrefix(c, "USER ") })
	root := imageMadeOf(t, e, LocalMilvus("0.0.0-root"), r)
	last := deployed(t, p, root)
	for i, image := range []string{image, root, image} {
		dial(t, last, "hello\n")
		if halt, err := last.Shutdown(t.Context(), bound); err != nil || halt.Killed {
			t.Fatalf("halted as %+v, %v", halt, err)
		}
		last = follower(t, last, cellOf(t, image))
		said(t, last, fmt.Sprintf("inherits %q", strings.Repeat("x", i+1)))
	}
}

// follower starts one in the place of a halted server, where it is reached as
// that one was.
func follower(t *testing.T, before *upgradable, s deploy.Spec) *upgradable {
	t.Helper()
	d, err := before.StartSuccessor(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	next := d.(*upgradable)
	if next.Addr(harness.GRPC) != before.Addr(harness.GRPC) || !maps.Equal(next.published, before.published) || next.setup.Storage.Root != before.setup.Storage.Root {
		t.Errorf("%s at %v, root %s, follows %s at %v, root %s", next.Addr(harness.GRPC), next.published, next.setup.Storage.Root,
			before.Addr(harness.GRPC), before.published, before.setup.Storage.Root)
	}
	return next
}

// A volume of the name that a server would get is nobody's to use.
func meetsVolume(t *testing.T, e *Engine, p *Provider, image string) {
	spec := cellOf(t, image)
	spec.Name = "taken"
	name := p.name(spec.Name)
	delete(p.names, spec.Name) // as in a run of its own
	of := labels("/tmp/another-run")
	of[labelVersion] = "9.9.8"
	if _, err := e.client.VolumeCreate(t.Context(), client.VolumeCreateOptions{Name: name, Labels: of}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.removeVolume(name) })
	_, err := p.Deploy(t.Context(), spec)
	if err == nil || !strings.Contains(err.Error(), "volume "+name+" already, which Milvus 9.9.8 of another run left") || strings.Contains(err.Error(), "\n") {
		t.Errorf("another run's volume was met with %v", err)
	}
	if _, err := e.client.VolumeInspect(t.Context(), name, client.VolumeInspectOptions{}); err != nil {
		t.Errorf("it was removed: %v", err)
	}
}

// The engine's half of the addresses and the servers' do not meet, and an
// address has one owner at a time.
func TestAddressesOfServers(t *testing.T) {
	for subnet, want := range map[string][2]string{
		"172.18.0.0/16": {"172.18.128.0", "172.18.255.254"}, "192.168.7.128/25": {"192.168.7.192", "192.168.7.254"},
	} {
		if first, last := upperHalf(netip.MustParsePrefix(subnet)); first.String() != want[0] || last.String() != want[1] {
			t.Errorf("%s: %s to %s", subnet, first, last)
		}
	}
	n := newAddresses("", netip.MustParsePrefix("10.0.0.0/29")) // 10.0.0.4 to 10.0.0.6
	var all []netip.Addr
	for range 3 {
		a, err := n.take()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	if a, err := n.take(); err == nil {
		t.Errorf("of %v taken, %s was given too", all, a)
	}
	n.giveBack(all[1])
	if a, err := n.take(); err != nil || a != all[1] {
		t.Errorf("of %v, %s is free, and %s was given: %v", all, all[1], a, err)
	}
}
