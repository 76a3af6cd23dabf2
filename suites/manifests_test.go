//go:build !e2e

package suites

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"milvus-tls-e2e/harness/checks/start"

	corev1 "k8s.io/api/core/v1"

	"milvus-tls-e2e/fixtures"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/standin"
	"milvus-tls-e2e/harness/manifest"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/pki/pkitest"
	"milvus-tls-e2e/suites/claims"
	"milvus-tls-e2e/suites/topologies"
)

// manifestFiles are the written files that are read back.
var manifestFiles = []string{manifest.ComposeFile, manifest.OperatorFile, manifest.ChartFile}

// Every manifest of fixtures is named by a case, and each case's is there, with
// findings exactly where keys are misplaced on purpose.
func TestEveryManifestIsReadAndNamed(t *testing.T) {
	named := map[string]bool{}
	for _, claim := range claims.All() {
		for _, one := range claim.Cases {
			start, is := one.Check.(start.Check)
			if !is || start.Change.Manifest == "" {
				continue
			}
			name := start.Change.Manifest
			named[name] = true
			text, err := fixtures.Manifest(name)
			if err != nil {
				t.Errorf("%s: %v", claim.ID, err)
				continue
			}
			m, err := manifest.Read(name, text)
			if err != nil {
				t.Error(err)
			}
			if misplaced := strings.HasPrefix(name, "misplaced-"); misplaced != (len(m.Findings) > 0) {
				t.Errorf("%s has findings %v", name, m.Findings)
			}
		}
	}
	files, err := filepath.Glob(filepath.Join("..", "fixtures", "manifests", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("found %v, %v", files, err)
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".yaml"); !named[name] {
			t.Errorf("no case names %s", name)
		}
	}
}

// writable are the topologies that manifests are written for: those that say
// nothing of the backends, and do not break their components. For the others
// nothing is written.
func writable(t *testing.T) []harness.Topology {
	t.Helper()
	return slices.DeleteFunc(topologies.All(), func(topology harness.Topology) bool {
		broken := topology.Internal != harness.InternalOff && topology.Internal != harness.InternalOn
		encrypted := topology.EtcdTLS || topology.StoreTLS
		if _, err := manifest.Write(topology, manifest.DefaultImage); (encrypted || broken) && err == nil {
			t.Errorf("%s is written, with backends in plaintext or components that cannot work", topology.Name)
		}
		return encrypted || broken
	})
}

// readBack writes the manifests of a topology and reads one of them.
func readBack(t *testing.T, topology harness.Topology, file string, secrets ...corev1.Secret) manifest.Manifest {
	t.Helper()
	files, err := manifest.Write(topology, manifest.DefaultImage)
	if err != nil {
		t.Fatal(err)
	}
	m, err := manifest.Read(file, files[file], secrets...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// What is written for a topology configures what the harness gives its own
// server in it, file by file and topology by topology.
func TestWrittenManifestsConfigureTheirTopology(t *testing.T) {
	for _, topology := range writable(t) {
		for _, file := range manifestFiles {
			m := readBack(t, topology, file)
			got := milvus.Flat(m.Effective(m.Release()))
			certs := "/certs"
			if file == manifest.ComposeFile {
				certs = "/milvus/tls"
			}
			want := milvus.Flat(topologyConfig(t, topology, certs))
			for key, value := range want {
				if got[key] != value {
					t.Errorf("%s in %s: %s is %v, want %v", topology.Name, file, key, got[key], value)
				}
			}
			for key := range got {
				if _, is := want[key]; !is {
					t.Errorf("%s in %s: %s is set, and is not in the topology", topology.Name, file, key)
				}
			}
			// In a sound topology nothing is wrong with what is written.
			if topology.RepairedTopology == "" && len(m.Findings) > 0 {
				t.Errorf("%s in %s: %s", topology.Name, file, m.Place(m.Findings[0]))
			}
		}
	}
}

// topologyConfig returns what the harness sets of the TLS keys for its own server
// in a topology, at the default ports. Where TLS is off no certificate counts,
// and where REST is off no port of its.
func topologyConfig(t *testing.T, topology harness.Topology, certs string) map[string]any {
	t.Helper()
	setup := milvus.Setup{Topology: topology, Change: topology.Internal.Change(), Files: pki.ServerFiles{Dir: certs}}
	for _, role := range milvus.Roles {
		setup.Ports = append(setup.Ports, map[string]int{"grpc": 19530, "rest": 8080}[role.Role])
	}
	text, err := milvus.Config(nil, setup)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := milvus.Parse("milvus.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	known := milvus.Known(tree)
	delete(known["proxy"].(map[string]any), "port") // every image's default
	if topology.Mode == 0 {
		delete(known, "tls")
	}
	if topology.REST == harness.NoREST {
		delete(known["proxy"].(map[string]any)["http"].(map[string]any), "port")
	}
	return known
}

// Servers from what is written come to what a server in the topology comes to:
// they start or do not, and serve the same clients over the same wires.
func TestServersFromWrittenManifestsAreTheTopologys(t *testing.T) {
	certs := pkitest.CertSet(t)
	files, err := certs.WriteServer(t.TempDir(), harness.ConfigChange{})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := manifest.Certs(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, topology := range writable(t) {
		texts := map[string][]byte{}
		for _, file := range manifestFiles {
			written, err := manifest.Write(topology, manifest.DefaultImage)
			if err != nil {
				t.Fatal(err)
			}
			texts[file] = written[file]
		}
		want := came(t, certs, deploy.Spec{Name: "own", Topology: topology, Files: files})
		for _, file := range slices.Sorted(maps.Keys(texts)) {
			m, err := manifest.Read(file, texts[file], secret)
			if err != nil {
				t.Fatal(err)
			}
			given, err := m.Given(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			if file == manifest.ComposeFile && (topology.Mode != 0 || topology.Internal != harness.InternalOff) { // the user's ./tls
				given.Mounts[0].From = files.Dir
			}
			if got := came(t, certs, deploy.Spec{Name: "given", Topology: topology, Files: files, CustomConfig: &given}); got != want {
				t.Errorf("%s from %s: %+v, want %+v", topology.Name, file, got, want)
			}
		}
	}
}

// outcomeOf is what a server's start came to.
type outcomeOf struct {
	status     int
	restShares bool
	grpc, rest string // the certificate that the port shows, "" for none
}

func came(t *testing.T, certs *pki.CertSet, s deploy.Spec) outcomeOf {
	t.Helper()
	p := standin.New(certs)
	defer p.Close()
	d, err := p.Deploy(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	o := outcomeOf{restShares: d.Addr(harness.HTTP) == d.Addr(harness.GRPC)}
	select {
	case <-d.Exited():
		o.status = d.Status()
		return o
	default:
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // which only a hang reaches
	defer cancel()
	o.grpc, o.rest = shown(ctx, d.Addr(harness.GRPC)), shown(ctx, d.Addr(harness.HTTP))
	return o
}

// shown returns the fingerprint of the certificate that a port shows, or "" where
// it speaks no TLS or nobody listens.
func shown(ctx context.Context, addr string) string {
	dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}}} //nolint:gosec // it is looked at, not trusted
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return ""
	}
	defer conn.Close()
	return fmt.Sprintf("%x", sha256.Sum256(conn.(*tls.Conn).ConnectionState().PeerCertificates[0].Raw))
}
