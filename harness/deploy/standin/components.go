package standin

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
)

// components returns the ports at which components speak to each other, and why
// they cannot, which leaves the server up and not ready (seen on 2.5.8 and
// 2.6.3). An error is a file over which a real server ends.
func (d *deployment) components(s settings, text []byte, mode int) (doors []*frontDoor, trouble, err error) {
	tree, err := milvus.Parse("milvus.yaml", text)
	if err != nil {
		return nil, nil, err
	}
	for _, port := range d.listeners() {
		if !port.Internal() {
			continue
		}
		number, _ := milvus.Lookup(tree, milvus.KeyOfPort(string(port)))
		n, _ := number.(int)
		if port.First() != port {
			n = d.sockets[port].number // no configuration but its own component's has it
		}
		doors = append(doors, &frontDoor{port: port, number: n, grpc: true, inner: true, plain: true})
	}
	on := s.Common.Security.Internal && (mode == 0 || !d.faults[InternalOffBesideExternal])
	d.tell(s, len(doors), on)
	if !on {
		return doors, nil, nil
	}
	roots := d.certs.CA().Pool() // an image's default
	if s.Internal.CA != "" {
		if roots, err = d.trusts(harness.InternalCA, s.Internal.CA); err != nil {
			return nil, nil, err
		}
	}
	pair, err := d.pairOf(harness.InternalCert, s.Internal.Cert, harness.InternalKey, s.Internal.Key)
	if err != nil {
		d.complain("can't create creds", err, s)
		return d.stillOpen(doors), err, nil
	}
	shows := pair
	if d.faults[InternalShowsExternal] {
		shows = d.certs.Server().TLS()
	}
	for _, door := range doors {
		if !d.faults[SecondQueryNodeInPlaintext] || door.port != harness.InternalQueryNode2 {
			d.wrap(door, shows)
		}
	}
	trouble = d.meet(s, pair, roots)
	if trouble == nil {
		doors, trouble = d.oddOne(doors, s)
		d.cluster.unwell = d.unwell(trouble)
	}
	if trouble != nil {
		d.complain("retry func failed", fmt.Errorf(handshakeFailed+"tls: failed to verify certificate: %w", trouble), s)
	}
	if d.hangs = s.Internal.SNI == "" && d.faults[InternalHangsWithoutName]; d.hangs {
		d.complain("retry func failed", fmt.Errorf(handshakeFailed+"tls: failed to verify certificate: x509: certificate is valid for localhost, %s, not streamingnode",
			harness.InternalName), s)
	}
	return doors, trouble, nil
}

// stillOpen returns the ports of components that are open although the internal
// certificate cannot be used: none of an honest server.
func (d *deployment) stillOpen(doors []*frontDoor) []*frontDoor {
	if d.faults[InternalFailsOpen] || d.faults[InternalPlaintextBesideTLS] || d.faults[InternalInPlaintext] {
		return doors
	}
	return slices.DeleteFunc(doors, func(door *frontDoor) bool {
		return door.port != harness.InternalDataNode || !d.faults[InternalDataNodeFailsOpen]
	})
}

// wrap puts TLS before a component's port. Nobody who calls is asked for a
// certificate.
func (d *deployment) wrap(door *frontDoor, shows tls.Certificate) {
	if d.faults[InternalInPlaintext] {
		return
	}
	door.secure, door.plain = true, d.faults[InternalPlaintextBesideTLS]
	door.tls = &tls.Config{Certificates: []tls.Certificate{shows}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2"}, CipherSuites: d.faults.suites()}
	if d.faults[AllowsTLS10] {
		door.tls.MinVersion = tls.VersionTLS10
	}
	if d.faults[InternalAsksForCertificate] {
		door.tls.ClientAuth = tls.RequestClientCert
	}
}

// tell logs what each component logs when it begins to listen.
func (d *deployment) tell(s settings, components int, on bool) {
	if !d.release[harness.HasInternalTLS] {
		return
	}
	said := on && !d.faults[InternalLogsFalse] || !on && d.faults[InternalLogsTrue]
	for range components {
		d.log.printf("[INFO] [utils/util.go:56] [\"Internal TLS Enabled\"] [value=%t]", said)
		if on {
			d.log.printf("[INFO] [utils/util.go:59] [\"TLS Server PEM Path\"] [path=%s]", s.Internal.Cert)
			d.log.printf("[INFO] [utils/util.go:60] [\"TLS Server Key Path\"] [path=%s]", s.Internal.Key)
		}
	}
}

func (d *deployment) complain(what string, err error, s settings) {
	var file *fileError
	switch {
	case d.faults[InternalSilent]:
	case d.behavior.logs == nil:
		d.log.printf("[WARN] [%q] [error=%q]", what, err.Error())
	case errors.As(err, &file):
		d.says("boots", values{})
		d.says("no internal key pair", values{err: file.said()})
		d.says("components apart", values{err: "tls: first record does not look like a TLS handshake", at: d.next.at, sni: s.Internal.SNI})
	default:
		d.says("boots", values{})
		d.says("components apart", values{err: strings.TrimPrefix(err.Error(), handshakeFailed), at: d.next.at, sni: s.Internal.SNI})
	}
}

const handshakeFailed = "transport: authentication handshake failed: "

// meet has components verify each other's certificate as when connecting: for the configured
// name, or else for the address.
func (d *deployment) meet(s settings, pair tls.Certificate, roots *x509.CertPool) error {
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return err
	}
	options := x509.VerifyOptions{Roots: roots, DNSName: s.Internal.SNI, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if options.DNSName == "" {
		options.DNSName = net.IPv4(127, 0, 0, 1).String()
	}
	if d.faults[InternalIgnoresName] {
		options.DNSName = ""
	}
	if d.faults[InternalIgnoresExpiry] {
		options.CurrentTime = leaf.NotBefore
	}
	if d.faults[InternalIgnoresIssuer] {
		options.Roots = pool([]*x509.Certificate{leaf})
	}
	_, err = leaf.Verify(options)
	return err
}
