package milvus

import (
	"bytes"
	"regexp"
	"strings"
	"time"
)

var banner = regexp.MustCompile(`(?m)^\s*Version:\s+(\S+)\s*$`)

// Reported returns what a server calls itself in the banner that it prints at
// its start ("v2.3.5-lite" for the wheel's 2.3.5), or "".
func Reported(log []byte) string {
	if m := banner.FindSubmatch(log); m != nil {
		return string(m[1])
	}
	return ""
}

var core = regexp.MustCompile(`^v?(\d+\.\d+\.\d+)`)

// Core returns the core version of what a server calls itself: "2.3.5" for
// "v2.3.5-lite". It is "" for what is no version.
func Core(reported string) string {
	if m := core.FindStringSubmatch(reported); m != nil {
		return m[1]
	}
	return ""
}

// Line returns the release line of a core version: "2.3" for "2.3.5".
func Line(version string) string {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return version
	}
	return parts[0] + "." + parts[1]
}

// LogDelay is how long a release with somebody else's configuration may buffer a log line: from
// 2.6.7 on the log is written in the background every 10 s (seen on 2.6.20). A version that
// cannot be parsed counts as a new one.
func LogDelay(version string) time.Duration {
	if before(version, "2.6.7-0") {
		return 0
	}
	return 10 * time.Second
}

// Refusal finds the log line of a failed handshake with one client. gRPC logs it at level INFO,
// net/http always.
func Refusal(client string) func([]byte) string {
	return func(log []byte) string {
		for line := range bytes.Lines(log) {
			if bytes.Contains(line, []byte(client)) && bytes.Contains(line, []byte("andshake")) {
				return cut(parse(bytes.TrimSpace(line)).String(), 0)
			}
		}
		return ""
	}
}

var internalTLS = regexp.MustCompile(`(?i)"Internal TLS Enabled"\] \[value=(true|false)\]`)

// InternalTLS counts the lines in which components log that they use TLS among each other, and
// that they do not. The file and line that logged it differ from release to release.
func InternalTLS(log []byte) (on, off int) {
	for _, m := range internalTLS.FindAllSubmatch(log, -1) {
		if string(m[1]) == "true" {
			on++
		} else {
			off++
		}
	}
	return on, off
}
