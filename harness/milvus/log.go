package milvus

import (
	"bytes"
	"regexp"
	"strings"
)

// maxLine bounds a log line in a report; a panic's stack is one long line.
const maxLine = 400

var banner = regexp.MustCompile(`(?m)^\s*Version:\s+(\S+)\s*$`)

// Reported gives what a server calls itself in the banner that it prints at
// its start ("v2.3.5-lite" for the wheel's 2.3.5), or "".
func Reported(log []byte) string {
	if m := banner.FindSubmatch(log); m != nil {
		return string(m[1])
	}
	return ""
}

var core = regexp.MustCompile(`^v?(\d+\.\d+\.\d+)`)

// Core gives the core version of what a server calls itself: "2.3.5" for
// "v2.3.5-lite". It is "" for what is no version.
func Core(reported string) string {
	if m := core.FindStringSubmatch(reported); m != nil {
		return m[1]
	}
	return ""
}

// Line gives the release line of a core version: "2.3" for "2.3.5".
func Line(version string) string {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return version
	}
	return parts[0] + "." + parts[1]
}

// Refusal finds the line in which a server says that the handshake with one
// client failed. gRPC names the client at log level INFO, net/http always.
func Refusal(client string) func([]byte) string {
	return func(log []byte) string {
		return find(log, func(line []byte) bool {
			return bytes.Contains(line, []byte(client)) && bytes.Contains(line, []byte("andshake"))
		})
	}
}

var (
	panicked = regexp.MustCompile(`^(panic|fatal error): `)
	noFile   = regexp.MustCompile(`^/.*: No such file or directory$`)
	fatal    = regexp.MustCompile(`\[(ERROR|FATAL)\]`)
	told     = regexp.MustCompile(`\[error="((?:[^"\\]|\\.)*)"\]|\[error=([^\]]*)\]`)
	noEtcd   = regexp.MustCompile(`(?i)load etcd c`)
	creds    = regexp.MustCompile(`creds|pem|certificate|ca to cert|private key|tls`)
)

// Cause gives the line in which a server that ended by itself says why. An
// error about certificates that it logged before it gave up says more than the
// panic that follows, which on 2.2 and 2.3 repeats the message alone.
func Cause(log []byte) string {
	line := find(log, func(l []byte) bool { return fatal.Match(l) && told.Match(l) && creds.Match(message(l)) })
	if line != "" {
		return line
	}
	if line = find(log, noFile.Match); line != "" { // glog says so before 2.3.5 crashes over it
		return line
	}
	// 2.2.16 says at level INFO why it cannot reach etcd, and crashes over it.
	if line = find(log, func(l []byte) bool { return told.Match(l) && noEtcd.Match(l) }); line != "" {
		return line
	}
	if line = find(log, panicked.Match); line != "" {
		return line
	}
	return find(log, func(l []byte) bool { return bytes.Contains(l, []byte("[FATAL]")) })
}

var tlsTrouble = regexp.MustCompile(`x509: |tls: |HTTP request to an HTTPS server|SSL peer certificate|error reading server preface`)

var (
	internalTLS = regexp.MustCompile(`(?i)"Internal TLS Enabled"\] \[value=(true|false)\]`)
	strife      = regexp.MustCompile(`x509: |can't create creds`)
)

// InternalTLS counts the lines in which a server's components say that they
// speak TLS to each other, and that they do not. The file and the line that
// logged it differ from release to release.
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

// Strife gives the first line in which a server's components say that they
// cannot use their certificates, or refuse each other's; "" where none does.
func Strife(log []byte) string {
	for line := range bytes.Lines(log) {
		if strife.Match(line) {
			return short(bytes.TrimSpace(line))
		}
	}
	return ""
}

// Complaint gives what the log of a server that goes on trying says about a TLS
// connection of its own: the first line that names the trouble.
func Complaint(log []byte) string {
	for line := range bytes.Lines(log) {
		if at := tlsTrouble.FindIndex(line); at != nil {
			// What etcd's client says begins with what it was about to do.
			from := max(0, bytes.LastIndex(line[:at[0]], []byte("desc = ")))
			return short(bytes.TrimSpace(line[from:]))
		}
	}
	return ""
}

// Last gives the last line of a log that is not empty.
func Last(log []byte) string {
	last := ""
	find(log, func(line []byte) bool {
		if len(bytes.TrimSpace(line)) > 0 {
			last = short(line)
		}
		return false
	})
	return last
}

// message gives the message and the error of a log line, without the file that
// logged it and without the stack.
func message(line []byte) []byte {
	if i := bytes.Index(line, []byte(`[stack=`)); i >= 0 {
		line = line[:i]
	}
	if i := bytes.Index(line, []byte(`["`)); i >= 0 {
		line = line[i:]
	}
	return bytes.ToLower(line)
}

// RESTWord finds a warning or an error that says what became of REST.
func RESTWord(log []byte) string {
	return find(log, func(line []byte) bool {
		low := bytes.ToLower(message(line))
		loud := bytes.Contains(line, []byte("[WARN]")) || bytes.Contains(line, []byte("[ERROR]"))
		return loud && (bytes.Contains(low, []byte("restful")) || bytes.Contains(low, []byte("http server")) || bytes.Contains(low, []byte("http port")))
	})
}

// find gives the first line that is wanted, shortened: without its stack.
func find(log []byte, wanted func([]byte) bool) string {
	for line := range bytes.Lines(log) {
		line = bytes.TrimRight(line, "\r\n")
		if !wanted(line) {
			continue
		}
		return short(line)
	}
	return ""
}

func short(line []byte) string {
	if i := bytes.Index(line, []byte(` [stack=`)); i >= 0 {
		line = line[:i]
	}
	if len(line) > maxLine {
		line = append(bytes.Clone(line[:maxLine]), "…"...)
	}
	return strings.ToValidUTF8(string(line), "�")
}
