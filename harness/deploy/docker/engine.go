// Package docker runs servers as containers of a Docker engine: etcd, MinIO and
// Milvus on a network of the run's own, made with testcontainers-go.
package docker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
)

// Variables are the environment variables that choose the engine and how to reach it.
var Variables = []string{
	"DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_API_VERSION", "DOCKER_CONFIG", "DOCKER_CONTEXT", "XDG_RUNTIME_DIR",
}

// Engine is a container engine that answers.
type Engine struct {
	client  *testcontainers.DockerClient
	at      string // its address
	Version string // of the engine, such as "20.10.24"
	API     string // the version of its interface that is spoken with it
	Root    string // where it keeps its data
	// Direct: containers are reached at their own addresses from here. This joins a refused
	// client to the server's log line: through a published port a server sees another address
	// and port than the client's.
	Direct bool

	mu    sync.Mutex
	users map[string]owner // the user of an image, once known
}

// Open finds the engine that the environment names, as the docker command does. Its error is one
// line.
func Open(ctx context.Context) (*Engine, error) {
	// What is left behind is swept by label. Its helper container would need an
	// image from a registry.
	if err := os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true"); err != nil {
		return nil, err
	}
	log.SetDefault(log.NewNoopLogger())
	c, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return nil, noEngine(host(), errors.Join(err, greet(ctx)))
	}
	info, err := c.Info(ctx, client.InfoOptions{})
	at := c.DaemonHost()
	switch {
	case err != nil:
		return nil, noEngine(at, err)
	case !asked(at):
		return nil, noEngine(host(), errors.New("another one does"))
	case info.Info.OSType != "linux":
		return nil, fmt.Errorf("the engine at %s runs %s containers: Milvus needs one for linux", at, info.Info.OSType)
	}
	e := &Engine{client: c, at: at, Version: info.Info.ServerVersion, API: c.ClientVersion(), Root: info.Info.DockerRootDir}
	e.Direct = e.direct(ctx, info.Info.Name)
	return e, nil
}

// greet returns the engine's own reason for being unusable. Without it testcontainers would
// report an old engine's answer as malformed.
func greet(ctx context.Context) error {
	c, err := client.New(client.FromEnv)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	_, err = c.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true})
	return err
}

// Close lets go of the engine.
func (e *Engine) Close() error { return e.client.Close() }

func (e *Engine) String() string {
	s := fmt.Sprintf("Docker Engine %s (API %s) at %s", e.Version, e.API, e.at)
	if !e.Direct {
		s += ", containers reached through published ports"
	}
	return s
}

func host() string {
	if h := os.Getenv("DOCKER_HOST"); h != "" {
		return h
	}
	return client.DefaultDockerHost
}

// asked reports whether an engine is the requested one: testcontainers tries others if that one
// does not answer.
func asked(at string) bool {
	named := os.Getenv("DOCKER_HOST")
	return named == "" || named == at
}

func noEngine(at string, err error) error {
	said, spoken := err.Error(), os.Getenv("DOCKER_API_VERSION")
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(said, w) })
	}
	switch {
	case has("permission denied"):
		return fmt.Errorf("the engine at %s refuses this user: join its group (often docker), or run as root", at)
	case spoken != "" && has("is too old", "is too new"):
		return fmt.Errorf("the engine at %s does not speak DOCKER_API_VERSION=%s: leave it out", at, spoken)
	case has("minimum supported API version", "is too old"):
		return fmt.Errorf("the engine at %s is too old: it needs API %s (Docker Engine 19.03) or later", at, client.MinAPIVersion)
	case has("unable to parse docker host"):
		return fmt.Errorf("DOCKER_HOST=%s is not an engine's address, such as %s or tcp://HOST:PORT", at, client.DefaultDockerHost)
	case has("configure TLS"):
		_, why, _ := strings.Cut(said, "configure TLS")
		why, _, _ = strings.Cut(why, "\n")
		return fmt.Errorf("the engine at %s cannot be asked with the certificates of%s", at, strings.TrimPrefix(why, " from"))
	case strings.HasPrefix(at, "ssh://"):
		return fmt.Errorf("the engine at %s is not reached over ssh: forward its socket, and name that with DOCKER_HOST=", at)
	}
	return fmt.Errorf("no container engine answers at %s: start one (dockerd), or name it with DOCKER_HOST=", at)
}

// direct detects whether containers are directly reachable: the engine's socket is on this
// machine, it reports running here, and its bridge is here. An engine in a virtual machine,
// rootless, or seen from inside a container fails one of these.
func (e *Engine) direct(ctx context.Context, on string) bool {
	name, err := os.Hostname()
	if err != nil || name != on || !strings.HasPrefix(e.at, "unix://") {
		return false
	}
	bridge, err := e.client.NetworkInspect(ctx, "bridge", client.NetworkInspectOptions{})
	if err != nil {
		return false
	}
	here, err := net.InterfaceByName(bridge.Network.Options["com.docker.network.bridge.name"])
	if err != nil {
		return false
	}
	mine, err := here.Addrs()
	if err != nil {
		return false
	}
	for _, pool := range bridge.Network.IPAM.Config {
		for _, a := range mine {
			if own, err := netip.ParsePrefix(a.String()); err == nil && pool.Subnet.Contains(own.Addr()) {
				return true
			}
		}
	}
	return false
}
