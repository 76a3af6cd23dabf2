package isolate

import (
	"sync"
	"testing"
)

// A run that begins while others end has the folder that is at the path, and not
// one that they have just removed.
func TestMountPointIsThereWhileItIsHeld(t *testing.T) {
	t.Parallel()
	var runs sync.WaitGroup
	for range 4 {
		runs.Go(func() {
			for range 300 {
				dir := heldMountPoint()
				if dir == nil || !isAt(dir, serverFolder) {
					t.Error("what is held is not there")
					return
				}
				_ = dir.Close()
				mountPoint()()
			}
		})
	}
	runs.Wait()
}
