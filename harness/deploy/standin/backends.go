package standin

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/milvus"
)

// openBackends opens what stands for the encrypted backends of a topology, and
// gives where they are. The others are none: a stand-in keeps all it has in
// memory.
func (d *deployment) openBackends(t harness.Topology, change harness.Change) (milvus.Storage, error) {
	var at milvus.Storage
	open := func(port harness.Port, path string, config *tls.Config) (string, error) {
		s, err := reserve(0)
		if err != nil {
			return "", err
		}
		d.sockets[port] = s
		l, err := s.listen()
		if err != nil {
			return "", err
		}
		if !d.lies[BackendsInPlaintext] {
			l = tls.NewListener(l, config)
		}
		mux := http.NewServeMux()
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") })
		b := &http.Server{Handler: mux, ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: patience}
		d.backends = append(d.backends, b)
		go func() { _ = b.Serve(l) }() // returns when closed
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.number)), nil
	}
	shows := []tls.Certificate{d.wallet.Server().TLS()}
	var err error
	if t.EtcdTLS {
		config := &tls.Config{Certificates: shows, MinVersion: tls.VersionTLS12}
		if !d.lies[EtcdAsksNobody] {
			config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, d.wallet.CA().Pool()
		}
		if change.Defect == harness.OnlyTLS12 {
			config.MaxVersion = tls.VersionTLS12
		}
		if at.Etcd, err = open(harness.Etcd, "/version", config); err != nil {
			return at, err
		}
	}
	if t.StoreTLS {
		at.Object, err = open(harness.Store, "/minio/health/live", &tls.Config{Certificates: shows, MinVersion: tls.VersionTLS12})
	}
	return at, err
}

// reach goes to the backends as the settings say, and fails as a server should
// that cannot.
func (d *deployment) reach(s settings) error {
	if d.lies[IgnoresBackends] || d.lies[BackendsInPlaintext] {
		return nil
	}
	if d.sockets[harness.Etcd] != nil {
		config := &tls.Config{MinVersion: map[string]uint16{"1.3": tls.VersionTLS13}[s.Etcd.SSL.Floor]}
		if s.Etcd.SSL.Enabled {
			pair, err := d.clientPair(s)
			if err != nil {
				return err
			}
			config.Certificates = []tls.Certificate{pair}
			if config.RootCAs, err = d.trusts(harness.EtcdCA, s.Etcd.SSL.CA); err != nil {
				return err
			}
		}
		if err := visit(s.Etcd.SSL.Enabled, s.Etcd.Endpoints, "/version", config); err != nil {
			return fmt.Errorf("reach etcd: %w", err)
		}
	}
	if d.sockets[harness.Store] == nil {
		return nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.MinIO.UseSSL {
		var err error
		if config.RootCAs, err = d.trusts(harness.StoreCA, s.MinIO.SSL.CA); err != nil {
			return err
		}
	}
	at := net.JoinHostPort(s.MinIO.Address, strconv.Itoa(s.MinIO.Port))
	if err := visit(s.MinIO.UseSSL, at, "/minio/health/live", config); err != nil {
		return fmt.Errorf("reach the object store: %w", err)
	}
	return nil
}

// visit asks a backend for something and wants to have it.
func visit(secure bool, at, path string, config *tls.Config) error {
	scheme := "http://"
	if secure {
		scheme = "https://"
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+at+path, http.NoBody)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the answer is %s", answer.Status)
	}
	return nil
}
