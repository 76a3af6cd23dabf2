package docker

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// A containerSpec describes one container.
type containerSpec struct {
	image string
	name  string
	cmd   []string
	env   map[string]string
	ports []int // published on loopback, where that is how they are reached
	files []file
	// What it listens on, which is kept from its outgoing connections.
	listens []int

	// What successive servers share; zero for a server without a successor.
	volume    string         // mounted where Milvus keeps its data
	ownedBy   *owner         // whose the volume's data is; nil where there is none yet
	address   netip.Addr     // on the run's network
	published map[int]string // host ports by container port; any where missing
}

// A running is one container of the run's, with its output in memory.
type running struct {
	engine    *Engine
	id, name  string
	address   string         // on the run's network; empty where it ended at once
	published map[int]string // container port to address on loopback
	began     time.Time      // when the engine started it
	ended     time.Time      // when it ended; for who has seen exited closed
	asks      string         // the signal that asks it to end
	lost      error          // why its end is not its own; like ended

	asked  atomic.Bool // this run asked for its end
	mu     sync.Mutex
	log    bytes.Buffer
	whole  bool // the log was read to its end
	exited chan struct{}
	status int
	once   sync.Once
	end    error
}

// uninterrupted is a context for what an engine creates. An engine goes on creating after a
// cancellation, and the removal of what a run left would come too early.
func uninterrupted(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), makeBound)
}

// makeBound is how long an engine may take to make and to start a container, or
// to make a network or a volume. It takes half a second.
const makeBound = 2 * time.Minute

// began starts a container on a network of the run's. What was made before an
// error is removed again.
func (e *Engine) began(ctx context.Context, run, on string, r containerSpec) (*running, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	ctx, cancel := uninterrupted(ctx)
	defer cancel()
	s := &running{engine: e, name: r.name, exited: make(chan struct{}), published: map[int]string{}}
	var inside *container.Config
	var outside *container.HostConfig
	c, err := testcontainers.Run(ctx, r.image,
		testcontainers.WithName(r.name), testcontainers.WithCmd(r.cmd...), testcontainers.WithEnv(r.env), testcontainers.WithLabels(labels(run)),
		testcontainers.WithConfigModifier(func(c *container.Config) { inside = c }),
		testcontainers.WithHostConfigModifier(func(h *container.HostConfig) {
			outside = h
			h.NetworkMode = container.NetworkMode(on)
			h.LogConfig = container.LogConfig{Type: "json-file"} // the one that every engine can follow
			h.Ulimits = []*container.Ulimit{{Name: "core"}}      // a server that aborts need not fill the disk
			if len(r.listens) > 0 {
				h.Sysctls = map[string]string{reservedPorts: reserved(r.listens)}
			}
			if r.volume != "" {
				h.Mounts = []mount.Mount{{Type: mount.TypeVolume, Source: r.volume, Target: dataFolder}}
			}
		}),
		testcontainers.WithEndpointSettingsModifier(func(of map[string]*network.EndpointSettings) {
			if r.address.IsValid() {
				of[on] = &network.EndpointSettings{IPAMConfig: &network.EndpointIPAMConfig{IPv4Address: r.address}}
			}
		}),
		testcontainers.WithAdditionalLifecycleHooks(testcontainers.ContainerLifecycleHooks{
			// Comes after testcontainers' own, which publishes what the image
			// exposes, on every interface, and nothing else. Ports that it knew of
			// it would wait for, and a server that is right to end at once would
			// count as an error.
			PreCreates: []testcontainers.ContainerRequestHook{func(context.Context, testcontainers.ContainerRequest) error {
				inside.ExposedPorts, outside.PortBindings = onLoopback(e.published(r.ports), r.published)
				return nil
			}},
			PostCreates: []testcontainers.ContainerHook{func(ctx context.Context, c testcontainers.Container) error {
				return e.prepare(ctx, c.GetContainerID(), r)
			}},
		}),
	)
	if c != nil {
		s.id = c.GetContainerID()
	}
	if err == nil {
		err = s.follow(ctx)
	}
	if err != nil {
		return nil, alone(e.explain(r.image, err), s.remove())
	}
	return s, nil
}

// prepare returns a container that is made and not yet started what it is to find.
func (e *Engine) prepare(ctx context.Context, id string, r containerSpec) error {
	if err := e.putIn(ctx, id, r.image, r.files); err != nil || r.ownedBy == nil {
		return err
	}
	user, err := e.user(ctx, id, r.image)
	if err != nil {
		return fmt.Errorf("find the image's user: %w", err)
	}
	if user.uid == 0 || user == *r.ownedBy {
		return nil
	}
	return e.handOver(ctx, id, user)
}

// attach takes on a container that something else started, by its ID.
func (e *Engine) attach(ctx context.Context, id, name string) (*running, error) {
	s := &running{engine: e, id: id, name: name, exited: make(chan struct{}), published: map[int]string{}}
	return s, s.follow(ctx)
}

// follow learns where the container is reached, and begins to read its log and
// to wait for its end. It outlives ctx: Stop ends it.
func (s *running) follow(ctx context.Context) error {
	seen, err := s.engine.client.ContainerInspect(ctx, s.id, client.ContainerInspectOptions{})
	if err != nil {
		return fmt.Errorf("inspect container: %w", err)
	}
	s.began = time.Now()
	if at, err := time.Parse(time.RFC3339Nano, seen.Container.State.StartedAt); err == nil && s.engine.Direct {
		s.began = at // by the same clock
	}
	s.asks = "SIGTERM"
	if own := seen.Container.Config.StopSignal; own != "" {
		s.asks = own
	}
	for _, n := range seen.Container.NetworkSettings.Networks {
		if n.IPAddress.IsValid() {
			s.address = n.IPAddress.String()
		}
	}
	for p, bound := range seen.Container.NetworkSettings.Ports {
		for _, b := range bound {
			s.published[int(p.Num())] = net.JoinHostPort(b.HostIP.String(), b.HostPort)
		}
	}
	life := context.WithoutCancel(ctx)
	text, err := s.engine.client.ContainerLogs(life, s.id, client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true, Follow: true})
	if err != nil {
		return fmt.Errorf("follow log: %w", err)
	}
	logged := make(chan struct{})
	go func() {
		defer close(logged)
		defer text.Close()
		_, _ = stdcopy.StdCopy(s, s, text)
	}()
	ended := s.engine.client.ContainerWait(life, s.id, client.ContainerWaitOptions{Condition: container.WaitConditionNotRunning})
	go func() {
		select {
		case r := <-ended.Result:
			s.status = int(r.StatusCode)
		case err := <-ended.Error:
			s.status = lostStatus
			s.lost = fmt.Errorf("the engine at %s lost the container: %s", s.engine.at, own(err))
		}
		s.ended = s.finished(life)
		select {
		case <-logged: // the end of the log has the reason
		case <-time.After(lastWords):
			s.reread(life)
		}
		s.lost = cmp.Or(s.lost, s.fate())
		close(s.exited)
	}()
	return nil
}

// at returns the address of one of the container's ports as it is reached from
// here. Nothing listens at that of a container that ended at once.
func (s *running) at(p int) string {
	if s.engine.Direct && s.address != "" {
		return net.JoinHostPort(s.address, fmt.Sprint(p))
	}
	if a := s.published[p]; a != "" && !s.engine.Direct {
		return a
	}
	return "127.0.0.1:0"
}

func (e *Engine) readAll(ctx context.Context, id, path string) ([]byte, error) {
	got, err := e.client.CopyFromContainer(ctx, id, client.CopyFromContainerOptions{SourcePath: path})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	defer got.Content.Close()
	text, err := firstFile(got.Content)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return text, nil
}

const maxFile = 4 << 20
