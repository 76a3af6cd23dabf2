package check

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
)

// Internal is what a target file says of the TLS between a deployment's components.
type Internal struct {
	Addresses   map[string]string `yaml:"addresses"`   // host:port by component, such as proxy
	Trust       string            `yaml:"trust"`       // path of the CA that components trust
	Name        string            `yaml:"name"`        // in their certificate
	Certificate string            `yaml:"certificate"` // path of what they are configured to show; empty where that is not compared
}

// ports are those that have an address, in the order of reports.
func (i Internal) ports() []harness.Port {
	return slices.DeleteFunc(slices.Clone(harness.InternalPorts), func(p harness.Port) bool { return i.Addresses[p.Component()] == "" })
}

// components names those of some ports.
func components(ports []harness.Port) string {
	names := make([]string, len(ports))
	for i, p := range ports {
		names[i] = p.Component()
	}
	return strings.Join(names, ", ")
}

func (t *Target) wrongInternal() *fieldError {
	i := t.Internal
	if len(i.Addresses) == 0 {
		if i.Trust+i.Name+i.Certificate != "" {
			return &fieldError{"internal.addresses", "is missing: it has an address for each component whose port is to be judged, such as proxy: localhost:19529"}
		}
		return nil
	}
	for name, address := range i.Addresses {
		key := "internal.addresses." + name
		if !slices.ContainsFunc(harness.InternalPorts, func(p harness.Port) bool { return p.Component() == name }) {
			return &fieldError{key, "is no component: there are " + components(harness.InternalPorts)}
		}
		if wrong := wrongHostPort(key, address); wrong != nil {
			return wrong
		}
	}
	switch {
	case i.Trust == "":
		return &fieldError{"internal.trust", "is missing: it is the file with the CA that components trust, as internaltls.caPemPath names it"}
	case i.Name == "":
		return &fieldError{"internal.name", "is missing: it is the name in the components' certificate, as internaltls.sni gives it"}
	}
	return nil
}

// internal reads the certificates of the components into the certificate set.
func (r *session) internal() (err error) {
	i := r.target.Internal
	if len(i.Addresses) == 0 {
		return nil
	}
	trust, err := read("internal.trust", i.Trust)
	if err != nil {
		return err
	}
	var shown []byte
	if i.Certificate != "" {
		if shown, err = read("internal.certificate", i.Certificate); err != nil {
			return err
		}
	}
	r.certs, err = r.certs.WithInternal(trust, shown)
	return err
}

// findComponents reports a component that the release does not have, or that nobody listens for.
func (r *session) findComponents(ctx context.Context, server harness.Server) error {
	has := r.features.InternalPortsOf()
	for _, p := range r.target.Internal.ports() {
		switch {
		case len(has) == 0:
			return fmt.Errorf("%s: internal: Milvus %s has no TLS between its components", r.target.File, server.Version)
		case !slices.Contains(has, p):
			return fmt.Errorf("%s: internal.addresses.%s: Milvus %s has no such component: it has %s", r.target.File, p.Component(), server.Version, components(has))
		}
		if err := r.listens(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// listens connects to a component's port once, and says nothing.
func (r *session) listens(ctx context.Context, p harness.Port) error {
	if err := r.caller.pace(ctx); err != nil {
		return err
	}
	address := r.target.Internal.Addresses[p.Component()]
	conn, err := (&net.Dialer{Timeout: r.caller.bound}).DialContext(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("internal.addresses.%s: %s does not answer within %s", p.Component(), address, r.caller.bound)
	}
	return conn.Close()
}
