package process

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/milvus"
)

// systemTrust is where the C++ storage client of 2.3.5 looks for CAs, whatever
// its environment says (seen: an object store with a private CA ends the server
// with curl's code 60 although SSL_CERT_FILE names the CA, and works once the
// CA is in this file). Its Go client goes by SSL_CERT_FILE.
const systemTrust = "/etc/ssl/certs/ca-certificates.crt"

// trust gives a server whose object store has a private CA a system trust store
// of its own, with that CA in it, and says so in its environment.
func (p *Provider) trust(dir string, setup milvus.Setup) ([]isolate.Mount, []string, error) {
	if !setup.Topology.StoreTLS || setup.Storage.Object == "" {
		return nil, nil, nil
	}
	if p.kind == isolate.None {
		return nil, nil, errors.New("give the server a trust store of its own: this machine allows no namespaces")
	}
	system, err := os.ReadFile(systemTrust)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("read the system's trust store: %w", err)
	}
	ca, err := os.ReadFile(setup.Files.Path(harness.StoreCA))
	if err != nil {
		return nil, nil, fmt.Errorf("read the object store's CA: %w", err)
	}
	bundle := filepath.Join(dir, "trust.pem")
	if err := copyAll(bundle, 0o644, bytes.NewReader(append(append(system, '\n'), ca...))); err != nil {
		return nil, nil, err
	}
	return []isolate.Mount{{From: bundle, At: systemTrust}}, []string{"SSL_CERT_FILE=" + bundle}, nil
}
