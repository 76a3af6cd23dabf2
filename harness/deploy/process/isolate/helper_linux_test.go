package isolate_test

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"

	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// awaitSignals says which signals come, and ends at the third.
func awaitSignals() int {
	signals := make(chan os.Signal, 3)
	signal.Notify(signals, unix.SIGINT, unix.SIGTERM, unix.SIGHUP)
	fmt.Println("ready")
	for range 3 {
		fmt.Println(<-signals)
	}
	return 37
}

// write writes to the servers' folders, now and when it is told to end. It is
// for isolated programs only.
func write() int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, unix.SIGTERM)
	for i := range 2 {
		said := "written"
		for _, path := range serverFolders {
			if err := os.WriteFile(filepath.Join(path, "test"), nil, 0o600); err != nil {
				said = err.Error()
			}
		}
		fmt.Println(said)
		if i == 0 {
			<-signals
		}
	}
	return 0
}

// hold starts a server with a child of its own, both of which hold our output
// open, and stays.
func hold(kind isolate.Kind) int {
	cmd, _, err := isolate.Command(kind, isolate.Environment(), "sh", "-c", "sleep 60 & echo up; wait")
	if err != nil {
		return 1
	}
	cmd.Stdout = os.Stdout
	if cmd.Start() != nil {
		return 1
	}
	_ = cmd.Wait()
	return 0
}

// linger lets a child talk to the test at socket, and lingers.
func linger(kind isolate.Kind, socket string) int {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return 1
	}
	file, err := conn.(*net.UnixConn).File()
	if err != nil {
		return 1
	}
	cmd, _, err := isolate.Command(kind, isolate.Environment(), "sh", "-c", "while read line; do echo >/tmp/milvus/test && echo written || echo lost; done 2>/dev/null")
	if err != nil {
		return 1
	}
	cmd.Stdin, cmd.Stdout = file, file
	if cmd.Start() != nil || file.Close() != nil || conn.Close() != nil {
		return 1
	}
	isolate.Linger(37)
	return 38
}

// A report is what the program sees around itself.
type report struct {
	Kind     isolate.Kind
	PID, UID int
	Up       []string // network interfaces that are up
	Loopback string   // what went wrong in a conversation over it
	Folders  map[string]contents
	Env      []string
}

// Every server keeps files in these folders.
var serverFolders = []string{"/run", "/tmp/milvus"}

type contents struct {
	Device uint64 // of the file system
	Files  []string
}

func tell(kind isolate.Kind) int {
	r := report{Kind: kind, PID: os.Getpid(), UID: os.Getuid(), Env: os.Environ(), Folders: map[string]contents{}}
	interfaces, _ := net.Interfaces()
	for _, i := range interfaces {
		if i.Flags&net.FlagUp != 0 { // some kernels give every namespace tunnels, which are down
			r.Up = append(r.Up, i.Name)
		}
	}
	for _, path := range serverFolders {
		own := contents{Device: device(path)}
		files, _ := os.ReadDir(path)
		for _, f := range files {
			own.Files = append(own.Files, f.Name())
		}
		r.Folders[path] = own
	}
	if err := converse(); err != nil {
		r.Loopback = err.Error()
	}
	if json.NewEncoder(os.Stdout).Encode(r) != nil {
		return 1
	}
	return 0
}

func device(path string) uint64 {
	var stat unix.Stat_t
	if unix.Stat(path, &stat) != nil {
		return 0
	}
	return stat.Dev
}

// converse connects to a listener of its own.
func converse() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	conn, err := net.DialTimeout("tcp", l.Addr().String(), bound)
	if err != nil {
		return err
	}
	return conn.Close()
}
