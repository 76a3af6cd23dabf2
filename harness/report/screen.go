package report

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// OptionsOf returns what the place that a summary is written to can show: a
// terminal has a width, and colours unless NO_COLOR is set; anything else has
// the width that COLUMNS gives, and no colours. V= asks for all of it.
func OptionsOf(w io.Writer) Options {
	o := Options{Width: defaultWidth, All: os.Getenv("V") != ""}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil {
		o.Width = n
	}
	if f, ok := w.(*os.File); ok {
		if size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ); err == nil {
			o.Width, o.Colour = int(size.Col), os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
		}
	}
	return o
}
