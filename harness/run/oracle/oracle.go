// Package oracle asks the crypto/x509 of another Go release than this one which client
// chains it accepts. The go command fetches that release as it fetches modules.
package oracle

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/pki"
	"milvus-tls-e2e/harness/run"
)

// source is what that release compiles and runs. It uses the standard library alone.
//
//go:embed program.go.txt
var source []byte

type question struct {
	Root   []byte     `json:"root"`
	Chains [][][]byte `json:"chains"` // DER, each with its leaf first
}

// Ask returns the verdict on each chain below a certificate set's CA by the Go release that was
// fetched for a server; without one, by this one.
func Ask(ctx context.Context, server harness.Server, certs *pki.CertSet, all []pki.ClientChain) (run.Said, error) {
	if server.Oracle == "" || "go"+server.Oracle == runtime.Version() {
		return run.ThisGo(ctx, server, certs, all)
	}
	dir, err := os.MkdirTemp("", "milvus-tls-e2e-oracle")
	if err != nil {
		return run.Said{}, err
	}
	defer os.RemoveAll(dir)
	return ask(ctx, dir, server.Oracle, certs, all)
}

func ask(ctx context.Context, dir, of string, certs *pki.CertSet, all []pki.ClientChain) (run.Said, error) {
	for file, text := range map[string][]byte{"main.go": source, "go.mod": []byte("module oracle.example/x509\n\ngo " + minorOf(of) + "\n")} {
		if err := os.WriteFile(filepath.Join(dir, file), text, 0o600); err != nil {
			return run.Said{}, err
		}
	}
	asked := question{Root: certs.CA().DER()}
	for _, c := range all {
		asked.Chains = append(asked.Chains, c.Cert.TLS().Certificate)
	}
	text, err := json.Marshal(asked)
	if err != nil {
		return run.Said{}, fmt.Errorf("write question: %w", err)
	}
	out, err := command(ctx, dir, "go"+of, text, "run", ".")
	if err != nil {
		return run.Said{}, err
	}
	said := run.Said{Release: of}
	if err := json.Unmarshal(out, &said.Verdicts); err != nil {
		return run.Said{}, fmt.Errorf("read answer of Go %s: %w", of, err)
	}
	if len(said.Verdicts) != len(all) {
		return run.Said{}, fmt.Errorf("read answer of Go %s: it has %d verdicts on %d chains", of, len(said.Verdicts), len(all))
	}
	return said, nil
}

// command runs a command of a Go toolchain in a folder.
func command(ctx context.Context, dir, toolchain string, input []byte, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(input)
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+toolchain, "GOFLAGS=", "GOWORK=off")
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("run go %s with toolchain %s: %w: %s", args[0], toolchain, err, bytes.TrimSpace(complaints.Bytes()))
	}
	return out, nil
}
