package docker

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// bound is how long anything here may take; most of it is the engine's.
const bound = 60 * time.Second

// This test binary is also what runs in the tests' containers: a server that
// says whom it served, and ends when it is told to.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "run" && os.Args[2] == "standalone" {
		os.Exit(serve())
	}
	os.Exit(m.Run())
}

func serve() int {
	time.AfterFunc(2*bound, func() { os.Exit(99) })
	fmt.Println("Version:   v9.9.9-test")
	for _, path := range []string{"/milvus/configs/milvus.yaml", "/milvus/tls/server.key"} {
		text, err := os.ReadFile(path)
		info, _ := os.Stat(path)
		if err != nil {
			fmt.Println("cannot use", path, err)
			continue
		}
		fmt.Println("uid", os.Getuid(), "reads", path, info.Mode(), len(text) > 0)
	}
	if err := inherit(); err != nil {
		fmt.Println("cannot use its data:", err)
		return 5
	}
	kept, _ := os.ReadFile("/proc/sys/" + strings.ReplaceAll(reservedPorts, ".", "/"))
	fmt.Println("keeps", strings.TrimSpace(string(kept)), "to listen on")
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	l, err := net.Listen("tcp", ":19530")
	if err != nil {
		fmt.Println(err)
		return 3
	}
	said := make(chan string)
	go accept(l, said)
	for stays := false; ; {
		select {
		case line := <-said:
			if line == "end\n" {
				fmt.Println("the last words")
				return 7
			}
			stays = stays || line == "stay\n"
		case <-asked:
			if !stays {
				return 6
			}
			fmt.Println("asked to end, and stays")
		}
	}
}

// inherit says what those before it left, and leaves something itself.
func inherit() error {
	kept := filepath.Join(dataFolder, "kept")
	text, err := os.ReadFile(kept)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	fmt.Printf("inherits %q\n", text)
	return os.WriteFile(kept, append(text, 'x'), 0o600)
}

func accept(l net.Listener, said chan<- string) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		fmt.Println("served", conn.RemoteAddr())
		line, _ := bufio.NewReader(conn).ReadString('\n')
		said <- line
		_ = conn.Close()
	}
}

// fakeMilvus is a folder laid out as an unpacked wheel, with this test binary
// in the server's place.
func fakeMilvus(t *testing.T) string {
	t.Helper()
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("local images are made for Linux x86_64 alone")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "9.9.9")
	write(t, filepath.Join(dir, "bin", "milvus"), program, 0o755)
	write(t, filepath.Join(dir, "bin", "libown.so"), []byte("a library of its own"), 0o644)
	write(t, filepath.Join(dir, "configs", "milvus.yaml"), []byte("stock: kept\n"), 0o644)
	return dir
}

func write(t *testing.T, path string, text []byte, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, mode); err != nil {
		t.Fatal(err)
	}
}

// engine is the one that answers here, or the test is left out.
func engine(t *testing.T) *Engine {
	t.Helper()
	e, err := Open(t.Context())
	if err != nil {
		t.Skipf("left out: %v", err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}
