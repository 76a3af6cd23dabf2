package docker

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/milvus"
)

const identifyBound = 2 * time.Minute

// Identify starts an image once, with nothing that it could use, and gives what
// the server in it calls itself ("v2.3.5-lite"). run is the folder of a run.
func (e *Engine) Identify(ctx context.Context, run, image string) (string, error) {
	setup, err := setupOf(deploy.Spec{}, nil, "", milvus.Storage{})
	if err != nil {
		return "", err
	}
	s, err := e.began(ctx, run, "none", containerSpec{
		image: image, name: filepath.Base(run) + "-identify-" + strings.ToLower(rand.Text()[:8]), cmd: []string{"milvus", "run", "standalone"}, env: environment(setup),
	})
	if err != nil {
		return "", err
	}
	defer func() { _ = s.Stop() }()
	wait, cancel := context.WithTimeout(ctx, identifyBound)
	defer cancel()
	go func() { // end the wait as soon as the server ends
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
	text, _, _ := s.Log(0)
	return "", fmt.Errorf("it does not say that it is a Milvus within %s: %s", identifyBound, milvus.LastLine(text))
}
