package docker

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/moby/moby/api/types/network"
)

// published are those of a container's ports that are published: none, where it
// is reached at its own address. Four of them cost the engine as much processor
// time as all else before a start: rules of the packet filter, and a program each.
func (e *Engine) published(ports []int) []int {
	if e.Direct {
		return nil
	}
	return ports
}

// reservedPorts is the setting that keeps ports from outgoing connections. Milvus
// listens on ports that the system also gives to these: a 2.2.16 panicked because
// one of its own to etcd had 53100 ("bind: address already in use").
const reservedPorts = "net.ipv4.ip_local_reserved_ports"

func reserved(ports []int) string {
	var list []string
	for _, p := range ports {
		if p != 0 {
			list = append(list, strconv.Itoa(p))
		}
	}
	return strings.Join(list, ",")
}

// onLoopback publishes ports on loopback alone, at the given or any host ports.
func onLoopback(ports []int, as map[int]string) (network.PortSet, network.PortMap) {
	exposed, bound := network.PortSet{}, network.PortMap{}
	for _, n := range ports {
		_, at, _ := net.SplitHostPort(as[n])
		exposed[port(n)] = struct{}{}
		bound[port(n)] = []network.PortBinding{{HostIP: netip.MustParseAddr("127.0.0.1"), HostPort: at}}
	}
	return exposed, bound
}

func port(n int) network.Port { return network.MustParsePort(fmt.Sprintf("%d/tcp", n)) }
