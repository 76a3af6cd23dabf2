package docker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"milvus-tls-e2e/harness/deploy"
)

// gone recognises that what was to be removed is not there any more, or on its
// way out.
func gone(err error) bool { return errdefs.IsNotFound(err) || errdefs.IsConflict(err) }

const removeBound = 2 * time.Minute

// finished is when the engine saw the container end.
func (s *running) finished(ctx context.Context) time.Time {
	seen, err := s.engine.client.ContainerInspect(ctx, s.id, client.ContainerInspectOptions{})
	if err != nil || !s.engine.Direct {
		return time.Now()
	}
	at, err := time.Parse(time.RFC3339Nano, seen.Container.State.FinishedAt)
	if err != nil || at.Before(s.began) {
		return time.Now()
	}
	return at
}

// lostStatus is that of a container of which the engine knows nothing any more.
const lostStatus = 255

// fate returns the external reason for a container's end, if there is one.
func (s *running) fate() error {
	if s.status == killedStatus && !s.asked.Load() {
		return errors.New("the container was killed from outside, as happens when the engine is stopped or the machine has no free memory")
	}
	if free, known := s.engine.free(); known && free < 1<<20 {
		return s.engine.full()
	}
	return nil
}

const killedStatus = 128 + 9

// ran is how long the container has run, or ran until it ended, by the engine's
// clock: for what the engine takes before and after, the server does not answer.
func (s *running) ran() time.Duration {
	select {
	case <-s.exited:
		return s.ended.Sub(s.began)
	default:
		return time.Since(s.began)
	}
}

// Exited is closed when the container has ended and its log is read.
func (s *running) Exited() <-chan struct{} { return s.exited }

// Status is the exit status once Exited is closed.
func (s *running) Status() int {
	select {
	case <-s.exited:
		return s.status
	default:
		return 0
	}
}

// Stop kills and removes the container, as a run does that no longer cares.
func (s *running) Stop() error {
	s.once.Do(func() { s.end = s.remove() })
	return s.end
}

func (s *running) remove() error {
	if s.id == "" {
		return nil
	}
	s.asked.Store(true)
	ctx, cancel := context.WithTimeout(context.Background(), removeBound)
	defer cancel()
	_, err := s.engine.client.ContainerRemove(ctx, s.id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	if err != nil && !gone(err) {
		return fmt.Errorf("remove container %s: %w", s.name, err)
	}
	return nil
}

// explain describes in one line why a container could not be started, and what to do.
func (e *Engine) explain(image string, err error) error {
	ctx, cancel := context.WithTimeout(context.Background(), removeBound)
	defer cancel()
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("start a container of image %s: %w", image, err)
	case strings.Contains(err.Error(), deploy.NoSpace):
		return e.full()
	case client.IsErrConnectionFailed(err):
		return fmt.Errorf("the engine at %s does not answer any more", e.at)
	}
	if _, missed := e.client.ImageInspect(ctx, image); errdefs.IsNotFound(missed) {
		return fmt.Errorf("the engine has the image %s no more: plan again, with IMAGES=local after `make images`", image)
	}
	return fmt.Errorf("start a container of image %s: %s", image, own(err))
}

// alone returns an error together with what failed afterwards, when what was there
// was to be removed, unless that is that the engine does not answer: the next
// run will find it.
func alone(err, removing error) error {
	if removing == nil || client.IsErrConnectionFailed(removing) {
		return err
	}
	return errors.Join(err, removing)
}
