package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/connection"
)

var _ = declare(harness.ClientSpec{Client: harness.Curl, Place: 4, Port: harness.HTTP, Lacks: "curl is not installed here"}, curl{})

// curl is the real binary with the flags of the documented commands: --cacert, and --cert and
// --key for a client with a certificate. It does not report which certificates were sent or
// received, so its observations are self-reports.
type curl struct{}

const curlTrailer = "\n%{http_code}"

// Observe runs curl once for each call of the attempt.
func (curl) Observe(ctx context.Context, t Target) (connection.Observation, error) {
	begin, run := time.Now(), ctx
	polling, stop := context.WithTimeout(ctx, t.Bound)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, t.Bound+5*time.Second) // curl keeps the bound itself
	defer cancel()
	seen := connection.Observation{Remote: t.Addr, Plaintext: t.Attempt.Transport == harness.TransportPlain, SelfReportOnly: true}
	for _, c := range t.calls() {
		seen.Answer, seen.End, seen.Detail = "", "", ""
		err := curlCall(ctx, t, c, &seen)
		for err == nil && c.again(polling, seen.Answer) {
			err = curlCall(ctx, t, c, &seen)
		}
		switch {
		case run.Err() != nil:
			return seen, run.Err()
		case err != nil:
			return seen, err
		}
		if seen.Answer != connection.AnswerData {
			break
		}
	}
	seen.Seconds = time.Since(begin).Seconds()
	return seen, nil
}

func curlCall(ctx context.Context, t Target, c call, seen *connection.Observation) error {
	r, err := newRelay(ctx, t.Addr)
	if err != nil {
		return err
	}
	defer r.close()
	args, err := curlArgs(t, c, r.port())
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "curl", args...)
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/nonexistent", "LANG=C.UTF-8"}
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if t.Users.User != "" { // not among the arguments, which every user of the machine can read
		cmd.Stdin = strings.NewReader("Authorization: " + t.Users.authorization() + "\n")
	}
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return fmt.Errorf("run curl: %w", err)
	}
	passed, own := r.seen()
	if own {
		r.ended() // what curl did not read is in the transcript too
		seen.Local, seen.Transcripts = passed.local(), []connection.Transcript{passed.said()}
	}
	if passed.refused {
		seen.End, seen.Detail = connection.EndDialRefused, "connection refused"
		return nil
	}
	body, status := curlOutput(out.Bytes())
	if exit != nil {
		code := exit.ExitCode()
		seen.End, seen.Detail = curlEnd(code, said.String(), seen.Plaintext), harness.Short(said.String())
		seen.Dropped = curlCut(code, said.String())
		return nil
	}
	seen.Status = status
	seen.Answer, seen.Detail = c.answer(status, body)
	return nil
}

// curlArgs are the arguments of a call that goes through a relay to another address.
func curlArgs(t Target, c call, relay int) ([]string, error) {
	_, port, err := net.SplitHostPort(t.Addr)
	if err != nil {
		return nil, fmt.Errorf("read address: %w", err)
	}
	scheme := "https"
	if t.Attempt.Transport == harness.TransportPlain {
		scheme = "http"
	}
	args := []string{
		"-q", "--silent", "--show-error", "--noproxy", "*", "--max-time", strconv.FormatFloat(t.Bound.Seconds(), 'f', -1, 64),
		"--connect-to", net.JoinHostPort(t.Attempt.Name, port) + ":" + net.JoinHostPort("127.0.0.1", strconv.Itoa(relay)), "--write-out", curlTrailer, "--request", c.method,
	}
	if scheme == "https" {
		args = append(args, "--cacert", t.Files.CA)
		if t.Files.Cert != "" {
			args = append(args, "--cert", t.Files.Cert, "--key", t.Files.Key)
		}
	}
	if v := t.Attempt.TLSVersion; v != "" {
		args = append(args, "--tlsv"+v, "--tls-max", v)
	}
	if c.body != "" {
		args = append(args, "--header", "Content-Type: application/json", "--data", c.body)
	}
	if patience := c.patience(t.Bound); patience != "" {
		args = append(args, "--header", "Request-Timeout: "+patience)
	}
	if t.Users.User != "" {
		args = append(args, "--header", "@-")
	}
	return append(args, scheme+"://"+net.JoinHostPort(t.Attempt.Name, port)+c.path), nil
}

func curlOutput(out []byte) (body []byte, status int) {
	i := bytes.LastIndexByte(out, '\n')
	if i < 0 {
		return out, 0
	}
	status, _ = strconv.Atoi(string(out[i+1:]))
	return out[:i], status
}

// Exit codes of curl, from its manual.
const (
	curlConnect  = 7
	curlHTTP2    = 16
	curlPartial  = 18
	curlTimeout  = 28
	curlTLS      = 35
	curlEmpty    = 52
	curlReceive  = 56
	curlCertFile = 58
	curlUntrust  = 60
	curlTrust    = 77
	curlStream   = 92
)

// curlCut reports whether curl's connection ended without a reason that curl saw. Over
// HTTP/2, which curl speaks where the server offers it, curl has other codes for that.
func curlCut(code int, said string) bool {
	switch code {
	case curlEmpty:
		return true
	case curlReceive, curlHTTP2, curlPartial, curlStream:
		return !strings.Contains(said, "alert")
	}
	return false
}

// curlEnd classifies curl's exit code. Curl does not always get the alert of a refusal; without
// one the client was not served, and the raw client's result has the reason.
func curlEnd(code int, said string, plain bool) connection.End {
	switch code {
	case curlConnect:
		return connection.EndDialRefused
	case curlTimeout:
		return connection.EndTimeout
	case curlCertFile, curlTrust:
		return connection.EndClient
	case curlUntrust:
		if strings.Contains(said, "subject name") {
			return connection.EndWrongName
		}
		return connection.EndUntrusted
	case curlTLS:
		if strings.Contains(said, "wrong version number") || strings.Contains(said, "SSL_ERROR_SYSCALL") {
			return connection.EndNotTLS
		}
	case curlEmpty, curlReceive:
		if plain {
			return connection.EndClosed
		}
	}
	return connection.EndUnclear
}

// CurlCommand interprets the result of somebody else's curl command: its exit code, its output,
// and the HTTP status and body. The command is assumed to use TLS and to verify the server.
func CurlCommand(code int, said string, status int, body []byte) connection.Observation {
	seen := connection.Observation{SelfReportOnly: true, Status: status}
	if code != 0 {
		seen.End, seen.Detail = curlEnd(code, said, false), harness.Short(said)
		return seen
	}
	seen.Answer, seen.Detail = call{}.answer(status, body)
	return seen
}
