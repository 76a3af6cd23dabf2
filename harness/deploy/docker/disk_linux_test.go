package docker

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A disk that is too full for a run is refused before anything is started; one
// that cannot be looked at is not.
func TestRoomOnTheEnginesDisk(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("left out: no small disk can be mounted: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, 0) })
	for _, tt := range []struct {
		e    *Engine
		full bool
	}{
		{&Engine{Direct: true, Root: dir}, true},
		{&Engine{Direct: true, Root: "/proc/self/none"}, false},
		{&Engine{Direct: false, Root: dir}, false},
	} {
		err := tt.e.hasRoom()
		if (err != nil) != tt.full || err != nil && (!strings.Contains(err.Error(), dir+" has 8 MB left") || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: %v", tt.e.Root, err)
		}
	}
}

// An engine with a full disk is told in one line, whatever it says about it.
func TestStartOnAFullDiskIsOneLine(t *testing.T) {
	e := Engine{Root: "/var/lib/engine"}
	err := e.explain("an image", errors.New("create container: Error response from daemon: mkdir /var/lib/engine/x: no space left on device"))
	if want := "the engine's disk is full (/var/lib/engine)"; !strings.HasPrefix(err.Error(), want) {
		t.Errorf("it says %v, want %s", err, want)
	}
}
