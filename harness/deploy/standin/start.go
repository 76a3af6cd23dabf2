package standin

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"milvus-tls-e2e/harness"
)

// began starts from the text of milvus.yaml alone. It fails as a server would,
// with nothing listening.
func (d *deployment) began(text []byte) error {
	s, err := parse(text)
	if err == nil {
		err = d.begin(s, text)
	}
	if err != nil {
		return err
	}
	if len(d.cluster.components) > 0 && d.faults[QueryNodeEndsAtStart] {
		return errors.New("no space left on device")
	}
	doors, err := d.doors(text)
	if err != nil {
		return err
	}
	for _, door := range doors {
		d.goTo(door)
	}
	if s.Kafka.SSL.Enabled && d.faults[QueueOverTLSFails] {
		d.queue = errors.New("kafka: ssl handshake failed")
	}
	d.store.tell, d.hsts = d.say, s.hsts(d.faults)
	d.replaced.doors, d.replaced.unwell = doors, map[string]*atomic.Bool{}
	return d.open(doors, s.Common.Security.Users && !d.faults[AuthenticationOff])
}

// doors returns the ports of clients and of components, as a configuration has them.
func (d *deployment) doors(text []byte) ([]*frontDoor, error) {
	s, err := parse(text)
	if err != nil {
		return nil, err
	}
	mode, err := s.mode(d.faults, d.behavior.looseModes)
	if err != nil {
		return nil, err
	}
	doors, err := s.doors(mode, d.faults)
	if err != nil {
		return nil, err
	}
	doors = append(doors, d.seconds(doors)...)
	for _, door := range doors {
		door.plain = door.plain || d.took && d.faults[OpensPlaintextAfterUpgrade]
		d.weaken(door)
		d.spoil(door)
	}
	if err := d.secure(doors, s, mode); err != nil {
		return nil, err
	}
	inner, trouble, err := d.components(s, text, mode)
	if err != nil {
		return nil, err
	}
	if trouble != nil {
		d.stuck = trouble
	}
	for _, door := range doors {
		door.silent = door.silent || d.stuck != nil && door.rest && !door.grpc // REST hangs, and gRPC reports not ready
	}
	for _, door := range inner {
		d.spoil(door)
		door.silent = trouble != nil && slices.Contains(d.behavior.mute, door.port)
	}
	d.sni = s.Internal.SNI
	return append(doors, inner...), nil
}

// begin does what comes before any port is opened.
func (d *deployment) begin(s settings, text []byte) error {
	switch {
	case d.took && d.faults[DoesNotTakeOver]:
		return errors.New("the data are of another release")
	case d.took && older(d.after, d.first) && !d.faults[StartsPastASkippedStep]:
		return fmt.Errorf("the data are of %s: upgrade to %s first", d.after, d.first)
	case d.tripped:
		return errors.New("collection not found")
	case d.behavior.logs != nil && s.Etcd.Root != nil && *s.Etcd.Root == "":
		return errors.New("etcd.rootPath is empty") // seen on a 2.6.20, before its banner
	}
	d.log.hold(d.behavior.holdsLog && (s.Log.Async.Enable == nil || *s.Log.Async.Enable))
	if err := d.reach(s); err != nil {
		return err
	}
	if err := d.odd(text); err != nil {
		return err
	}
	d.restless, d.shared = s.restOff(), !s.restOff() && s.shared()
	mode, err := s.mode(d.faults, d.behavior.looseModes)
	d.mode = mode
	return err
}

// weaken puts the faults about clients that mean harm into a door.
func (d *deployment) weaken(door *frontDoor) {
	if d.faults[ServesFewAtOnce] && door.grpc {
		door.places = fewAtOnce
	}
	if d.faults[EndsOverUnreadableCertificate] {
		door.endures = func(err error) {
			if strings.Contains(err.Error(), "failed to parse client certificate: x509: malformed certificate") {
				_, _ = fmt.Fprintf(&d.log, "panic: %s\n", err)
				d.crash()
			}
		}
	}
}

// secure returns the doors their TLS. The files are read in modes 1 and 2 even
// where a fault leaves every port in plaintext.
func (d *deployment) secure(doors []*frontDoor, s settings, mode int) error {
	if mode == 0 && !d.faults[TLSInMode0] {
		return nil
	}
	m, err := d.material(s, mode)
	if err != nil {
		return err
	}
	if d.took && d.faults[KeepsOldFiles] {
		m = d.shows
	}
	d.shows = m
	p := policy{material: m, mode: mode, users: s.Common.Security.Users, faults: d.faults, bad: &atomic.Int64{}}
	if d.faults[ReloadsFiles] {
		p.again = func() (material, error) { return d.material(s, mode) }
	}
	if d.faults[StopsOverReplacedFiles] {
		var came atomic.Int64
		p.again = func() (material, error) {
			now, err := d.material(s, mode)
			if err == nil && came.Add(1)%3 != 0 && !slices.EqualFunc(now.cert.Certificate, m.cert.Certificate, bytes.Equal) {
				err = errors.New("the certificate is another than at the start")
			}
			return m, err
		}
	}
	for _, door := range doors {
		if !door.secure {
			continue
		}
		door.http2 = door.rest && !door.grpc && d.has(harness.RESTHTTP2) && !d.faults[HTTP1Alone]
		door.h2 = door.grpc && !door.rest && d.release[harness.DemandsALPN]
		if door.tls, err = p.config(door); err != nil {
			return err
		}
	}
	return nil
}

// open listens at the doors and at the management port, and serves.
func (d *deployment) open(doors []*frontDoor, users bool) error {
	sockets := make([]*socket, len(doors))
	for i, door := range doors {
		for _, s := range d.sockets {
			if s.number == door.number && s.file != nil {
				sockets[i] = s
			}
		}
		if sockets[i] == nil {
			return fmt.Errorf("listen tcp 127.0.0.1:%d: the stand-in does not have this port", door.number)
		}
	}
	api := &api{
		store: d.store, users: users, faults: d.faults, version: d.version, stuck: d.stuck != nil, queue: d.queue, hangs: d.hangs, hsts: d.hsts,
		v2: d.has(harness.RESTv2), behavior: d.behavior, restless: d.restless,
	}
	api.blunt = d.release[harness.NoVectorEngine] || d.faults[HasNoEngine] || d.bare
	server := newServer(&d.log, api, d.faults[ClosesWithoutAlert], d.has(harness.RESTHTTP2))
	server.refused = d.refused
	server.repeats = d.faults[RepeatsCanaryInPlaintext]
	for i, door := range doors {
		l, err := sockets[i].listen()
		if err != nil {
			server.stop()
			return err
		}
		server.serve(door, d.ends.at(door, l))
	}
	l, err := d.sockets[harness.Management].listen()
	if err != nil {
		server.stop()
		return err
	}
	server.manage(l, managed(api))
	for _, one := range d.cluster.components {
		its := *api
		its.stuck = one.Name == d.cluster.unwell
		l, err := d.sockets[harness.ManagementOf(one.Name)].listen()
		if err != nil {
			server.stop()
			return err
		}
		server.manage(l, d.health(one.Name, managed(&its)))
	}
	d.server = server
	d.log.printf("[INFO] [\"stand-in is up\"] [version=%s] [faults=%d]", d.version, len(d.faults))
	return nil
}
