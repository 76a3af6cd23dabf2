package process

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/harness/pki"
)

// identifyBound is how long a binary may take to print its version. A real 2.3.5 prints its
// banner within a tenth of a second.
const identifyBound = 2 * time.Minute

// Identify starts a server binary once, in mode 0 with everything of its own,
// and gives what it calls itself ("v2.3.5-lite"). Call it inside isolate.Main.
func Identify(ctx context.Context, k isolate.Kind, binary, lib, configs string) (string, error) {
	dir, remove, err := Folder()
	if err != nil {
		return "", err
	}
	defer func() { _ = remove() }()
	ports, err := freePorts(len(milvus.Roles))
	if err != nil {
		return "", err
	}
	conf := filepath.Join(dir, "conf")
	setup := milvus.Setup{Topology: harness.Topology{Name: "identify"}, Files: pki.ServerFiles{Dir: dir}, Ports: ports, Data: dir, Work: dir}
	if err := writeConfigs(conf, stock{configs, configs}, setup); err != nil {
		return "", err
	}
	s, err := began(k, dir, filepath.Join(dir, "server.log"), milvusEnvironment(dir, conf, lib, setup), binary, "run", "standalone")
	if err != nil {
		return "", err
	}
	defer func() { _ = s.Stop() }()
	wait, cancel := context.WithTimeout(ctx, identifyBound)
	defer cancel()
	go func() { // end the wait as soon as the binary ends
		select {
		case <-s.Exited():
			cancel()
		case <-wait.Done():
		}
	}()
	reported, err := deploy.AwaitLog(wait, s, 0, milvus.Reported, identifyBound)
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil || reported != "":
		return reported, err
	}
	select {
	case <-s.Exited():
		text, _, _ := s.Log(0)
		return "", fmt.Errorf("%w and ended with status %d: %s", errNotMilvus, s.Status(),
			cmp.Or(milvus.Cause(text), milvus.LastLine(text), "it said nothing"))
	default:
		return "", fmt.Errorf("%w within %s", errNotMilvus, identifyBound)
	}
}
