package standin

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"milvus-tls-e2e/harness"
)

// failAsReal ends a start as the line's servers do: with their messages, timing and one of their
// exit statuses.
func (d *deployment) failAsReal(cause error) {
	var file *fileError
	var away *unreachable
	switch {
	case errors.As(cause, &file) && file.pipe():
		d.says("boots", values{}) // and waits for a writer
	case errors.As(cause, &away) && away.port == harness.Etcd:
		d.giveUpEtcd(away)
	case errors.As(cause, &file) && file.ofEtcd():
		d.says("no etcd file", values{err: file.said()})
		d.end(statusPanic)
	case errors.As(cause, &file) && file.file == harness.InternalCA:
		d.says("boots", values{})
		d.says("no internal CA", values{err: file.said()})
		d.end(statusPanic)
	case errors.Is(cause, errShared):
		d.failProxy("shared port", cause.Error()+invalidParameter)
	case errors.Is(cause, errMode):
		d.failProxy("", cause.Error()+invalidParameter)
	case errors.As(cause, &file):
		d.failProxy(d.section(file), file.said())
	default:
		_, _ = fmt.Fprintf(&d.log, "panic: %s\n", cause)
		d.end(statusPanic)
	}
}

const invalidParameter = ": invalid parameter"

// says writes a section of the line's messages to the log.
func (d *deployment) says(section string, v values) {
	v.name = d.name
	d.behavior.logs.write(&d.log, section, v)
}

func (d *deployment) failProxy(section, why string) {
	d.says("boots", values{})
	if section != "" {
		d.says(section, values{err: why})
	}
	switch {
	case d.ending == EndsHastily:
	case d.restless:
		d.says("proxy ends", values{err: why})
	default:
		d.says("proxy not ready", values{err: why})
	}
	if d.ending == EndsQuietly {
		d.says("gives up", values{})
		d.log.flush() // it ends in an orderly way
		d.end(0)
		return
	}
	d.says("canceled", values{})
	d.end(statusPanic)
}

// section is what the proxy logs about a file of its own: where REST is off, it is
// gRPC's server that reads it.
func (d *deployment) section(e *fileError) string {
	section := fmt.Sprintf("key pair in mode %d", d.mode)
	switch {
	case e.file == harness.CACert && e.unread():
		section = "no CA file"
	case e.file == harness.CACert:
		section = "CA file without a certificate"
	}
	if d.restless {
		section += " without REST"
	}
	return section
}

func (d *deployment) giveUpEtcd(e *unreachable) {
	d.says("goes to etcd", values{err: e.said(), at: e.at})
	d.late = time.AfterFunc(d.behavior.etcdPatience, func() {
		d.says("gives etcd up", values{})
		d.end(statusPanic)
	})
}

// An unreachable is a backend that the server cannot get at.
type unreachable struct {
	port harness.Port
	at   string // host:port
	bare bool   // it went there in plaintext
	err  error
}

func (e *unreachable) Error() string {
	return fmt.Sprintf("reach %s: %v", map[harness.Port]string{harness.Etcd: "etcd", harness.Store: "the object store"}[e.port], e.err)
}
func (e *unreachable) Unwrap() error { return e.err }

// said is the server's message.
func (e *unreachable) said() string {
	if e.bare {
		return "error reading server preface: EOF"
	}
	err := e.err
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		if strings.HasPrefix(inner.Error(), "tls: ") || strings.HasPrefix(inner.Error(), "remote error: ") {
			err = inner
			break
		}
	}
	return handshakeFailed + err.Error()
}

// pipe reports whether the file is a pipe, whose reader waits forever.
func (e *fileError) pipe() bool {
	info, err := os.Stat(e.path)
	return err == nil && info.Mode()&fs.ModeNamedPipe != 0
}

func (e *fileError) unread() bool {
	var path *fs.PathError
	return errors.As(e.err, &path)
}

// said is the server's message.
func (e *fileError) said() string {
	why := e.err
	if _, err := os.ReadFile(e.path); err != nil {
		why = err
	}
	if e.pair != [2]string{} {
		if _, err := tls.LoadX509KeyPair(e.pair[0], e.pair[1]); err != nil {
			why = err
		}
	}
	switch {
	case e.file == harness.EtcdCA:
		return fmt.Sprintf("load etcd CACert file error, filename = %s: %v", e.path, why)
	case e.ofEtcd():
		return "load etcd cert key pair error: " + why.Error()
	case e.file == harness.InternalCA && !e.unread():
		return "credentials: failed to append certificates"
	case e.file == harness.CACert && errors.Is(why, fs.ErrNotExist):
		return fmt.Sprintf("key not found[key=%s]", e.path)
	case e.file == harness.CACert && e.unread():
		return fmt.Sprintf("IO failed[key=%s]: %v", e.path, why)
	case e.file == harness.CACert:
		return "fail to append ca to cert" + invalidParameter
	}
	return why.Error()
}

func (e *fileError) ofEtcd() bool {
	return e.file == harness.EtcdCert || e.file == harness.EtcdKey || e.file == harness.EtcdCA
}

// refused logs a client that gRPC refuses, where the line does.
func (d *deployment) refused(client string, err error) {
	switch {
	case d.behavior.silentGRPC:
	case d.behavior.logs == nil:
		d.log.printf("[INFO] [core] ServerHandshake(%q) failed: %v", client, err)
	default:
		d.says("refused", values{at: client, err: err.Error()})
	}
}
