package probe

import (
	"errors"
	"net"
	"os"
	"syscall"
	"testing"

	"milvus-tls-e2e/harness/connection"
)

// A server that is ending refuses some of those who dial it, and resets others.
func TestDiallingAServerThatEndsIsARefusal(t *testing.T) {
	failed := func(why error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: why} }
	for why, want := range map[error]connection.End{
		os.NewSyscallError("connect", syscall.ECONNREFUSED): connection.EndDialRefused,
		os.NewSyscallError("connect", syscall.ECONNRESET):   connection.EndDialRefused,
		os.ErrDeadlineExceeded:                              connection.EndTimeout,
		os.NewSyscallError("connect", syscall.EACCES):       "",
		errors.New("too many open files"):                   "",
	} {
		end, err := dialEnd(failed(why))
		if end != want || (err == nil) != (want != "") {
			t.Errorf("%v: ended as %q, and %v", why, end, err)
		}
	}
}
