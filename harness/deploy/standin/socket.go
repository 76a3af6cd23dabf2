package standin

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// A socket is a port of 127.0.0.1 that a deployment owns from before its configuration is
// written until it is stopped. While it does not listen, connections are refused, and no other
// program can take the port: a port that should be closed is.
type socket struct {
	number int
	file   *os.File // nil once it listens or is closed
}

// Socket options that let others use its port. Sockets of a stopped server keep it for a while
// unless both sockets allow the reuse; with the second option, both may have it while one
// listens.
const (
	afterIts = unix.SO_REUSEADDR
	besideIt = unix.SO_REUSEPORT
)

// reserve takes a port: a given one, or any where it is 0. For any, options must not be set
// before it is bound: it could share another's.
func reserve(number int) (*socket, error) {
	if number == 0 {
		return bind(number)
	}
	return bind(number, afterIts)
}

// inherit takes the port of a socket that still has it, so that no other program gets it in
// between.
func (s *socket) inherit() (*socket, error) { return bind(s.number, afterIts, besideIt) }

// bind takes a port with options set before, and leaves it to one that inherits it.
func bind(number int, first ...int) (*socket, error) {
	syscall.ForkLock.RLock()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, fmt.Errorf("take a port: %w", os.NewSyscallError("socket", err))
	}
	s := &socket{file: os.NewFile(uintptr(fd), "port")}
	say := func(options ...int) (err error) {
		for _, option := range options {
			err = errors.Join(err, syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, option, 1))
		}
		return err
	}
	err = say(first...)
	if err == nil {
		err = syscall.Bind(fd, &syscall.SockaddrInet4{Port: number, Addr: [4]byte{127, 0, 0, 1}})
	}
	if err == nil {
		err = say(afterIts, besideIt)
	}
	if err != nil {
		s.close()
		return nil, fmt.Errorf("take port %d: %w", number, err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		s.close()
		return nil, fmt.Errorf("take a port: %w", os.NewSyscallError("getsockname", err))
	}
	if name, ok := name.(*syscall.SockaddrInet4); ok {
		s.number = name.Port
	}
	return s, nil
}

func (s *socket) listen() (net.Listener, error) {
	defer s.close()
	if err := syscall.Listen(int(s.file.Fd()), syscall.SOMAXCONN); err != nil {
		return nil, fmt.Errorf("listen on port %d: %w", s.number, os.NewSyscallError("listen", err))
	}
	l, err := net.FileListener(s.file)
	if err != nil {
		return nil, fmt.Errorf("listen on port %d: %w", s.number, err)
	}
	return l, nil
}

func (s *socket) close() {
	if s == nil || s.file == nil {
		return
	}
	_ = s.file.Close() // nothing was written
	s.file = nil
}
