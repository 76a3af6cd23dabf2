//go:build !linux

package isolate

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
)

// errElsewhere is what a server process comes to on a system that has no real
// server to run.
var errElsewhere = errors.New("real servers run as processes on Linux x86_64 only, and this is " + runtime.GOOS + "/" + runtime.GOARCH +
	": set PROVIDER=docker, or check a deployment that already runs")

// Main runs the program as it is: there are no namespaces.
func Main(_ bool, run func(Kind) int) int {
	scrub()
	return run(None)
}

// Linger returns at once: nothing was started that could be kept.
func Linger(int) {}

// Probe reports that there are no namespaces.
func Probe() (Kind, error) { return None, errElsewhere }

// Command fails: no server runs here.
func Command(Kind, []string, string, ...string) (*exec.Cmd, func(), error) {
	return nil, nil, errElsewhere
}

// Mounted fails as Command does.
func Mounted(_ Kind, _ []Mount, _ []string, name string, _ ...string) (*exec.Cmd, func(), error) {
	return nil, nil, fmt.Errorf("mount for %s: %w", name, errElsewhere)
}

// Status is what no command comes to.
func Status(*exec.Cmd, error) int { return 1 }

// Unprivileged adds nothing: there are no capabilities.
func Unprivileged(Kind) []string { return nil }
