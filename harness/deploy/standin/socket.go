package standin

import (
	"fmt"
	"net"
	"os"
	"syscall"
)

// A socket is a port of 127.0.0.1 that belongs to a deployment from before its
// configuration is written until it is stopped. As long as it does not listen,
// connections are refused, and nobody else can get the port meanwhile: a port
// that should be closed is.
type socket struct {
	number int
	file   *os.File // nil once it listens or is closed
}

// reserve takes a port: that of the number, or any where it is 0.
func reserve(number int) (*socket, error) {
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
	// Connections of a server that was stopped keep its port for a while, unless
	// both sockets say that they do not mind. One that takes any port must not
	// say so before it has one: it would share another's.
	share := func() error { return syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1) }
	bind := func() error {
		return syscall.Bind(fd, &syscall.SockaddrInet4{Port: number, Addr: [4]byte{127, 0, 0, 1}})
	}
	steps := []func() error{bind, share}
	if number != 0 {
		steps = []func() error{share, bind}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			s.close()
			return nil, fmt.Errorf("take port %d: %w", number, err)
		}
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

// listen opens the port. The listener owns it from then on.
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
