package standin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

// replaced is what of a cluster's components has been replaced.
type replaced struct {
	setup  milvus.Setup            // of the whole cluster
	inside sync.Mutex              // guards the deployment's next
	doors  []*frontDoor            // as they are now
	unwell map[string]*atomic.Bool // components that do not come back, by name
}

// Replace has one component of a cluster begin anew, as another configuration says: who
// is connected to its ports is cut off, and what they speak is found out again. An honest
// one is well at once, and speaks to the others whether they are as it is or not.
func (d *deployment) Replace(ctx context.Context, name string, s deploy.Spec, bound time.Duration) (harness.Shutdown, error) {
	halted := harness.Shutdown{Bound: bound.Seconds(), Status: statusStopped}
	unwell, is := d.replaced.unwell[name]
	if !is || ctx.Err() != nil {
		return halted, errors.Join(ctx.Err(), fmt.Errorf("replace %s: the cluster has no such component", name))
	}
	setup := d.replaced.setup
	setup.Topology, setup.Change, setup.Files = s.Topology, s.Change, s.Files
	text, err := milvus.Config(nil, setup)
	if err != nil {
		return halted, fmt.Errorf("replace %s: %w", name, err)
	}
	doors, err := d.doors(text)
	if err != nil {
		return halted, fmt.Errorf("replace %s: %w", name, err)
	}
	unwell.Store(d.faults[NeverComesBack] && name == "querynode")
	for i, old := range d.replaced.doors {
		j := slices.IndexFunc(doors, func(door *frontDoor) bool { return door.port == old.port })
		if j < 0 || old.component() != name {
			continue
		}
		doors[j].plain = doors[j].plain || d.faults[ReplacedInPlaintext]
		doors[j].shut = d.faults[ReplacedProxyDropsClients] && old.port == harness.GRPC2
		d.replaced.doors[i] = doors[j]
		d.server.exchange(old, doors[j])
		d.goTo(doors[j])
	}
	return halted, nil
}

// component names who listens at a door.
func (door *frontDoor) component() string {
	switch {
	case door.inner:
		return door.port.Component()
	case door.port.First() != door.port:
		return "proxy" + harness.Second
	}
	return "proxy"
}

// goTo has the proxies speak to their peer as it speaks now.
func (d *deployment) goTo(door *frontDoor) {
	d.replaced.inside.Lock()
	defer d.replaced.inside.Unlock()
	if door.port == d.next.port {
		d.next.secure, d.next.name = door.secure, d.sni
	}
}

// peer is the component that the proxies tell of what is created.
func (d *deployment) peer() peerComponent {
	d.replaced.inside.Lock()
	defer d.replaced.inside.Unlock()
	return d.next
}

// health is a component's health address, which says of one that did not come back that
// it is not well.
func (d *deployment) health(component string, of http.Handler) http.Handler {
	unwell := &atomic.Bool{}
	unwell.Store(component == secondQueryNode && d.faults[QueryNodeNeverRegisters])
	d.replaced.unwell[component] = unwell
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if unwell.Load() && strings.HasSuffix(r.URL.Path, "/healthz") {
			http.Error(w, "component "+component+" is not healthy", http.StatusInternalServerError)
			return
		}
		of.ServeHTTP(w, r)
	})
}

// exchange puts a door in the place of another, and cuts off who came in by that.
func (s *server) exchange(old, next *frontDoor) {
	s.mu.Lock()
	s.exchanged[old.port] = next
	var gone []*keptConn
	for c := range s.conns {
		if kept := c.(*keptConn); kept.door == old {
			gone = append(gone, kept)
		}
	}
	s.mu.Unlock()
	for _, c := range gone {
		_ = c.Conn.Close()
	}
}

// now is the door that stands where one was opened.
func (s *server) now(d *frontDoor) *frontDoor {
	s.mu.Lock()
	defer s.mu.Unlock()
	if next := s.exchanged[d.port]; next != nil {
		return next
	}
	return d
}
