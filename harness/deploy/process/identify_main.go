package process

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness/deploy/process/isolate"
	"milvus-tls-e2e/harness/milvus"
)

// IdentifyCommand is how the command calls itself to start a server once in
// namespaces of its own. It is no command for people.
const IdentifyCommand = "identify"

// The exit statuses of that.
const (
	statusUsage    = 2
	statusUnjudged = 3
)

// IdentifyMain starts the binary that the arguments name (binary, library
// folder, configuration folder) and prints what it calls itself.
func IdentifyMain(kind isolate.Kind) int {
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
	defer stop()
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "identify takes three arguments")
		return statusUsage
	}
	reported, err := Identify(ctx, kind, os.Args[2], os.Args[3], os.Args[4])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return statusUnjudged
	}
	fmt.Println(reported)
	return 0
}

// identify returns what a server binary calls itself, and the binary's digest.
// The answer is kept by the digest: a binary is started for it once.
func (c Cache) identify(ctx context.Context, binary, lib, configs string) (reported, digest string, err error) {
	if digest, err = Digest(binary); err != nil {
		return "", "", err
	}
	kept := filepath.Join(c.Dir, "identified", digest)
	if text, err := os.ReadFile(kept); err == nil && milvus.Core(string(text)) != "" {
		return string(text), digest, nil
	}
	self, err := os.Executable()
	if err != nil {
		return "", "", err
	}
	cmd := exec.CommandContext(ctx, self, IdentifyCommand, binary, lib, configs)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	// Interrupted, it is asked to end, so that it leaves nothing behind.
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(unix.SIGTERM) }, 5*time.Second
	if err := cmd.Run(); err != nil {
		return "", "", fmt.Errorf("start it once to ask its version: %s", strings.TrimSpace(said.String()))
	}
	reported = strings.TrimSpace(out.String())
	if milvus.Core(reported) == "" {
		return "", "", fmt.Errorf("it calls itself %q, which is no release", reported)
	}
	if err := os.MkdirAll(filepath.Dir(kept), 0o755); err != nil {
		return "", "", err
	}
	return reported, digest, os.WriteFile(kept, []byte(reported), 0o644)
}
