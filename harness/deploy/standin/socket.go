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

// reserve takes a port; 0 is any that is free.
func reserve(port int) (*socket, error) {
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
	if port != 0 { // its last owner may just have gone
		_ = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		s.close()
		return nil, fmt.Errorf("take a port: %w", os.NewSyscallError("bind", err))
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
