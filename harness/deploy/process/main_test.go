package process

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness/deploy"
	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// bound is how long anything here may take; it takes milliseconds, and a busy
// machine some seconds. What is left behind lives for a minute.
const bound = 30 * time.Second

// This test binary is also what the tests' servers are supervised by, and a
// server that listens:
//
//	process.test listen <host:port>
//	process.test milvus
//	process.test folder
func TestMain(m *testing.M) {
	if isolate.HasRole() {
		unix.Exit(isolate.Main(false, nil)) // without the second that the race detector sleeps in os.Exit
	}
	if len(os.Args) < 2 || strings.HasPrefix(os.Args[1], "-") {
		os.Exit(m.Run())
	}
	// Nothing that a test starts outlives it for long, whatever went wrong.
	time.AfterFunc(6*bound, func() { unix.Exit(99) })
	fmt.Println("Version:   v2.3.5-lite")
	var err error
	switch os.Args[1] {
	case "listen":
		err = listenAt(os.Args[2])
	case "milvus":
		err = listenAt(grpcAddr(), "127.0.0.1:"+os.Getenv("METRICS_PORT"))
	case "folder":
		var dir string
		dir, _, err = Folder()
		fmt.Println(dir)
	}
	if err != nil {
		fmt.Println(err)
		unix.Exit(1)
	}
	select {}
}

// listeners are kept from the garbage collector, which would close them.
var listeners []net.Listener

func listenAt(addrs ...string) error {
	for _, addr := range addrs {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return err
		}
		listeners = append(listeners, l)
	}
	return nil
}

// grpcAddr is where the configuration in MILVUSCONF says that Milvus listens.
func grpcAddr() string {
	var conf struct {
		Proxy struct{ Port int }
	}
	text, err := os.ReadFile(filepath.Join(os.Getenv("MILVUSCONF"), "milvus.yaml"))
	if err != nil || yaml.Unmarshal(text, &conf) != nil {
		return ""
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(conf.Proxy.Port))
}

// awaitLog waits until a server has logged a text.
func awaitLog(t *testing.T, s deploy.Running, text string) {
	t.Helper()
	found, err := deploy.AwaitLog(t.Context(), s, 0, func(log []byte) string {
		if strings.Contains(string(log), text) {
			return text
		}
		return ""
	}, bound)
	if err != nil || found == "" {
		log, _, _ := s.Log(0)
		t.Fatalf("%q is not in the log %q: %v", text, log, err)
	}
}

func awaitExit(t *testing.T, s interface {
	Exited() <-chan struct{}
	Status() int
}) int {
	t.Helper()
	select {
	case <-s.Exited():
		return s.Status()
	case <-time.After(bound):
		t.Fatalf("the server did not end within %s", bound)
		return 0
	}
}

func receive(t *testing.T, done <-chan error) error {
	t.Helper()
	select {
	case err := <-done:
		return err
	case <-time.After(bound):
		t.Fatalf("it is not done within %s", bound)
		return nil
	}
}

// within returns a context that ends when something takes too long.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), bound)
	t.Cleanup(cancel)
	return ctx
}

func stop(t *testing.T, s interface{ Stop() error }) {
	t.Helper()
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
}
