package run

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// memoryOfCell is what one deployment may take: 160 MB were seen for a 2.3.5
// that has just booted, and loading a collection adds to it.
const memoryOfCell = 400 << 20

// BootsAtOnce is how many servers this machine takes through the first, busy
// part of their boot at once. When too many start together, their components
// give up on each other and come back only after seconds: 18 of 2.2.16 started
// at once on two cores took 24 s instead of 7.
func BootsAtOnce() int { return runtime.NumCPU() + 1 }

// attemptsAtOnce is how many attempts are under way at once in the whole run.
// More of them finish no sooner, and each takes longer: with two hundred, some
// took over a second, which is when a real 2.3.5 cuts off a REST client whose
// request has not come (seen as an end of file in place of an answer).
func attemptsAtOnce() int { return 2 * runtime.NumCPU() }

// CellsAtOnce is how many cells this machine's cores and memory can run at once. Even an idle
// deployment keeps its etcd and its components busy: with 25 of a 2.5 at once on two busy cores
// their etcd sessions were starved and servers ended. But each mostly waits: 2.2.16 and 2.3.5
// took 160 s there with three at once, 140 s with six and 94 s with fourteen, for the same
// verdicts, and a 3.0 with fourteen at once 48 s instead of 51.
func CellsAtOnce() int {
	cells := uint64(6 * runtime.NumCPU())
	if free := field("MemAvailable"); free > 0 {
		cells = min(cells, free/memoryOfCell)
	}
	return int(max(1, cells))
}

// Memory is the machine's memory in bytes, or 0 where it is not known.
func Memory() uint64 { return field("MemTotal") }

func field(name string) uint64 {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var kb uint64
		if rest, ok := strings.CutPrefix(lines.Text(), name+":"); ok {
			if _, err := fmt.Sscan(rest, &kb); err == nil {
				return kb << 10
			}
		}
	}
	return 0
}
