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

// openBackends opens the stand-ins of a topology's encrypted backends and, where hops are
// recorded, of those in plaintext, and returns their addresses. There are no others: a stand-in
// keeps everything in memory and sends its backends only names.
func (d *deployment) openBackends(t harness.Topology, change harness.ConfigChange, watched bool) (milvus.Storage, error) {
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
		if config != nil && !d.faults[BackendsInPlaintext] {
			l = tls.NewListener(l, config)
		}
		mux := http.NewServeMux()
		answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }
		mux.HandleFunc("GET "+path, answer)
		mux.HandleFunc("PUT "+toldAt+"{name}", answer)
		b := &http.Server{Handler: mux, ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: patience}
		d.backends = append(d.backends, b)
		go func() { _ = b.Serve(l) }() // returns when closed
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.number)), nil
	}
	shows := []tls.Certificate{d.certs.Server().TLS()}
	var err error
	switch {
	case t.EtcdTLS:
		config := &tls.Config{Certificates: shows, MinVersion: tls.VersionTLS12}
		if !d.faults[EtcdAsksNobody] {
			config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, d.certs.CA().Pool()
		}
		if change.File == harness.EtcdServer && change.Defect == harness.OnlyTLS12 {
			config.MaxVersion = tls.VersionTLS12
		}
		at.Etcd, err = open(harness.Etcd, etcdAlive, config)
	case watched:
		at.Etcd, err = open(harness.Etcd, etcdAlive, nil)
	}
	if err != nil {
		return at, err
	}
	switch {
	case t.StoreTLS:
		config := &tls.Config{Certificates: shows, MinVersion: tls.VersionTLS12}
		if change.File == harness.StoreServer && change.Defect == harness.OnlyTLS12 {
			config.MaxVersion = tls.VersionTLS12
		}
		at.Object, err = open(harness.Store, storeAlive, config)
	case watched:
		at.Object, err = open(harness.Store, storeAlive, nil)
	}
	if err != nil {
		return at, err
	}
	switch {
	case t.QueueTLS:
		at.Kafka, err = open(harness.MQ, queueAlive, &tls.Config{Certificates: shows, MinVersion: tls.VersionTLS12})
	case watched && t.Cluster:
		at.Kafka, err = open(harness.MQ, queueAlive, nil)
	}
	return at, err
}

// A backend's answers: that it is there, and that it got a name.
const (
	etcdAlive  = "/version"
	storeAlive = "/minio/health/live"
	queueAlive = "/queue"
	toldAt     = "/names/"
)

// reach connects to the backends as configured, and fails as a server should that cannot. Later
// names are sent in the same way.
func (d *deployment) reach(s settings) error {
	d.ways = map[harness.Port]way{}
	if d.faults[IgnoresBackends] {
		return nil
	}
	ways := d.ways
	if d.sockets[harness.Etcd] != nil {
		w := way{at: s.Etcd.Endpoints, secure: s.Etcd.SSL.Enabled, tls: &tls.Config{MinVersion: map[string]uint16{"1.3": tls.VersionTLS13}[s.Etcd.SSL.Floor]}}
		if w.secure {
			pair, err := d.pairOf(harness.EtcdCert, s.Etcd.SSL.Cert, harness.EtcdKey, s.Etcd.SSL.Key)
			if err != nil {
				return err
			}
			w.tls.Certificates = []tls.Certificate{pair}
			if w.tls.RootCAs, err = d.trusts(harness.EtcdCA, s.Etcd.SSL.CA); err != nil {
				return err
			}
		}
		ways[harness.Etcd] = w
	}
	if d.sockets[harness.Store] != nil {
		w := way{at: net.JoinHostPort(s.MinIO.Address, strconv.Itoa(s.MinIO.Port)), secure: s.MinIO.UseSSL, tls: &tls.Config{MinVersion: tls.VersionTLS12}}
		if floor := s.MinIO.SSL.Floor; floor == "1.3" && d.has(harness.StoreFloor) && !d.faults[IgnoresStoreFloor] {
			w.tls.MinVersion = tls.VersionTLS13
		}
		if w.secure {
			var err error
			if w.tls.RootCAs, err = d.trusts(harness.StoreCA, s.MinIO.SSL.CA); err != nil {
				return err
			}
		}
		ways[harness.Store] = w
	}
	if d.sockets[harness.MQ] != nil && s.Kafka.Brokers != "" {
		w := way{at: s.Kafka.Brokers, secure: s.Kafka.SSL.Enabled, tls: &tls.Config{MinVersion: tls.VersionTLS12}}
		if w.secure {
			var err error
			if w.tls.RootCAs, err = d.trusts(harness.StoreCA, s.Kafka.SSL.CA); err != nil {
				return err
			}
		}
		ways[harness.MQ] = w
	}
	for port, w := range ways {
		if d.faults[BackendsInPlaintext] {
			w.secure = false
			ways[port] = w
		}
		if err := w.visit(http.MethodGet, map[harness.Port]string{harness.Etcd: etcdAlive, harness.Store: storeAlive, harness.MQ: queueAlive}[port]); err != nil {
			return &unreachable{port: port, at: w.at, bare: !w.secure, err: err}
		}
	}
	return nil
}

// say sends a name over a hop.
func (d *deployment) say(hop harness.Port, name string) error {
	if hop == harness.AllInternal {
		peer := d.peer()
		if d.faults[TellsComponentsInPlaintext] && peer.at != "" {
			way{at: peer.at}.blurt(name)
		}
		return peer.tell(name)
	}
	w, there := d.ways[hop]
	if !there {
		return nil
	}
	if d.faults[TellsBackendsInPlaintext] {
		w.blurt(name)
	}
	return w.visit(http.MethodPut, toldAt+name)
}

// A way is how a server reaches a backend.
type way struct {
	at     string // host:port
	secure bool
	tls    *tls.Config
}

// visit asks a backend for something and wants to have it.
func (w way) visit(method, path string) error {
	scheme := "http://"
	if w.secure {
		scheme = "https://"
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, scheme+w.at+path, http.NoBody)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{TLSClientConfig: w.tls, DisableKeepAlives: true}}
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

// blurt sends a name in plaintext, whatever the answer.
func (w way) blurt(name string) {
	conn, err := net.DialTimeout("tcp", w.at, patience)
	if err != nil {
		return // the visit that follows reports it
	}
	_, _ = io.WriteString(conn, name+"\n")
	_, _ = conn.Read(make([]byte, 1)) // the other side ends it, or refuses it
	_ = conn.Close()
}
