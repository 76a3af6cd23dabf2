package isolate

import (
	"fmt"
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

const lingerNotice = `They run in the namespaces of process %[1]d:
  look at them   nsenter --preserve-credentials --all -t %[1]d
  end them       kill %[1]d
`

// tellOutside is the pipe to the process that made the namespaces.
var tellOutside *os.File

// Linger keeps this process, and with it what it started, running until it gets a signal; the
// process that waits outside the namespaces gets the exit status at once. Without namespaces it
// stays in the foreground. Call it on the goroutine that called Main.
func Linger(status int) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, unix.SIGINT, unix.SIGTERM)
	if tellOutside == nil {
		fmt.Println("Ctrl-C ends them.")
	} else {
		_ = unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0)
		fmt.Fprintf(tellOutside, "lingers %d\n", status)
		// Whoever reads our output must not wait for it to end.
		if null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0); err == nil {
			for fd := range 3 {
				_ = unix.Dup3(int(null.Fd()), fd, 0) // Dup2 is not there on arm64
			}
		}
	}
	<-signals
}
