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

// trust gives a server whose object store has a private CA a system trust store with that CA,
// and sets its environment accordingly.
func (p *Provider) trust(dir string, setup milvus.Setup) ([]isolate.Mount, []string, error) {
	if !setup.OwnTrust() {
		return nil, nil, nil
	}
	if p.kind == isolate.None {
		return nil, nil, errors.New("give the server a trust store of its own: this machine allows no namespaces")
	}
	system, err := os.ReadFile(milvus.SystemTrust)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("read the system's trust store: %w", err)
	}
	ca, err := os.ReadFile(setup.Files.Path(harness.StoreCA))
	if err != nil {
		return nil, nil, fmt.Errorf("read the object store's CA: %w", err)
	}
	bundle := filepath.Join(dir, "trust.pem")
	if err := copyAll(bundle, 0o644, bytes.NewReader(milvus.Trust(system, ca))); err != nil {
		return nil, nil, err
	}
	return []isolate.Mount{{From: bundle, At: milvus.SystemTrust}}, []string{milvus.TrustVariable + "=" + bundle}, nil
}
