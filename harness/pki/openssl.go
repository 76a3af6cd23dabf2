package pki

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
)

// commandBound is how long one call of openssl may take. The slowest, an RSA
// key, takes a few tenths of a second on a machine with nothing else to do.
const commandBound = 2 * time.Minute

// OpenSSL returns what the system's openssl calls itself, such as "OpenSSL
// 3.0.19". It fails where there is none, or where it does not run.
func OpenSSL(ctx context.Context) (string, error) {
	out, err := openssl(ctx, ".", os.TempDir(), nil, "version")
	if err != nil {
		return "", fmt.Errorf("ask openssl for its version: %w", err)
	}
	words := strings.Fields(string(out))
	return strings.Join(words[:min(2, len(words))], " "), nil
}

// Features are what the system's OpenSSL offers to claims; none where there is
// no OpenSSL that runs.
func Features(ctx context.Context) []harness.Feature {
	version, err := OpenSSL(ctx)
	switch {
	case err != nil:
		return nil
	case strings.HasPrefix(version, "OpenSSL 3.0."):
		return []harness.Feature{harness.HasOpenSSL, harness.OpenSSL30}
	}
	return []harness.Feature{harness.HasOpenSSL, harness.OpenSSLOther}
}

type failure struct {
	status int
	said   string
}

func (f *failure) Error() string { return fmt.Sprintf("status %d: %s", f.status, f.said) }

// openssl calls the system's openssl in a folder, with nothing of this
// process's environment but where to find programs, and gives what it printed.
func openssl(ctx context.Context, dir, home string, input []byte, args ...string) ([]byte, error) {
	bounded, cancel := context.WithTimeout(ctx, commandBound)
	defer cancel()
	cmd := exec.CommandContext(bounded, "openssl", args...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(input)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LC_ALL=C"}
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case bounded.Err() != nil:
		return nil, fmt.Errorf("openssl %s did not end within %s", args[0], commandBound)
	case errors.As(err, &exit):
		return nil, &failure{status: exit.ExitCode(), said: firstLine(complaints.String())}
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("openssl is not installed here: %w", err)
	}
	return out.Bytes(), err
}

func firstLine(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			return strings.ToValidUTF8(line[:min(len(line), 200)], "")
		}
	}
	return "it said nothing"
}
