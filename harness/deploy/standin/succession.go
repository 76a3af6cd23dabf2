package standin

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"
	"github.com/milvus-io/milvus-proto/go-api/v2/commonpb"
	"github.com/milvus-io/milvus-proto/go-api/v2/milvuspb"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
)

// Shutdown ends the stand-in at once and keeps its data. Its ports are first reserved, without a
// listener, for its successor.
func (d *deployment) Shutdown(ctx context.Context, bound time.Duration) (harness.Shutdown, error) {
	if err := ctx.Err(); err != nil {
		return harness.Shutdown{}, fmt.Errorf("halt stand-in: %w", err)
	}
	begin := time.Now()
	for port, s := range d.sockets {
		left, err := s.inherit()
		if err != nil {
			return harness.Shutdown{}, fmt.Errorf("halt stand-in: %w", err)
		}
		d.left[port] = left
	}
	if d.server != nil {
		d.server.stop()
	}
	d.store.rest()
	for _, s := range d.sockets {
		s.close()
	}
	d.end(statusStopped)
	return harness.Shutdown{Seconds: time.Since(begin).Seconds(), Bound: bound.Seconds(), Status: d.Status()}, nil
}

// StartSuccessor starts a stand-in with this one's ports and store.
func (d *deployment) StartSuccessor(ctx context.Context, s deploy.Spec) (deploy.Deployment, error) {
	select {
	case <-d.Exited():
	default:
		return nil, fmt.Errorf("deploy stand-in %s: the one before it still runs", s.Name)
	}
	next, err := d.provider.deploy(ctx, s, d)
	if err != nil {
		return nil, fmt.Errorf("deploy stand-in %s: %w", s.Name, err)
	}
	d.provider.mu.Lock()
	defer d.provider.mu.Unlock()
	d.provider.started = append(d.provider.started, next)
	return next, nil
}

// takeOver gives the stand-in another one's data and applies its faults about that. One that
// follows a failed start has none: it is the release before.
func (d *deployment) takeOver(before *deployment) {
	d.store, d.took, d.shows = before.store, before.server != nil, before.shows
	d.after, d.returned = before.version, d.took && before.took
	d.store.mu.Lock()
	defer d.store.mu.Unlock()
	d.store.log = &d.log // a release that began before may still come to its end
	d.store.farthest = false
	if !d.took {
		return
	}
	if d.faults[LosesRowsOnReturn] && d.returned {
		d.store.loseRow()
	}
	if d.faults[LosesRowsOnUpgrade] {
		d.store.loseRow()
	}
	if d.faults[ForgetsUsersOnUpgrade] {
		d.store.passwords = map[string]string{rootName: rootPassword}
	}
	d.store.farthest = d.faults[SearchChangedByUpgrade]
	d.tripped = d.faults[TripsOverDrops] && len(d.store.dropping) > 0
	clear(d.store.dropping)
	if d.faults[ShutsOutOldClients] {
		for _, c := range d.store.collections {
			c.shut = true
		}
	}
}

// older reports whether a release is older than another, as what is no release is;
// nothing is older than none.
func older(version, than string) bool {
	first, err := semver.NewVersion(than)
	if err != nil {
		return false
	}
	v, err := semver.NewVersion(version)
	return err != nil || v.LessThan(first)
}

func (s *store) loseRow() {
	for _, c := range s.collections {
		if n := len(c.rows); n > 0 {
			c.rows = c.rows[:n-1]
		}
	}
}

func (s *store) knows(login string) bool {
	user, password, _ := strings.Cut(login, ":")
	s.mu.Lock()
	defer s.mu.Unlock()
	known, there := s.passwords[user]
	return there && known == password
}

var errUserExists = errors.New("user already exists")

// CreateCredential makes a user.
func (a *api) CreateCredential(_ context.Context, q *milvuspb.CreateCredentialRequest) (*commonpb.Status, error) {
	password, err := base64.StdEncoding.DecodeString(q.GetPassword())
	if err != nil {
		return said(invalid("read password: %v", err)), nil
	}
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	if _, there := a.store.passwords[q.GetUsername()]; there {
		return said(errUserExists), nil
	}
	a.store.passwords[q.GetUsername()] = string(password)
	return said(nil), nil
}
