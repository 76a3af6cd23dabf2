package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// A finding of the doctor's: what is there, or what is missing and what to do.
type finding struct {
	name, says string
	ok, must   bool
}

func doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Say what this machine has and lacks for a run",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printFindings(cmd.OutOrStdout(), examine(cmd.Context()))
		},
	}
}

func printFindings(w io.Writer, findings []finding) error {
	missing := 0
	for _, f := range findings {
		mark := "ok     "
		switch {
		case !f.ok && f.must:
			mark = "MISSING"
			missing++
		case !f.ok:
			mark = "without"
		}
		fmt.Fprintf(w, "%s  %-16s %s\n", mark, f.name, f.says)
	}
	if missing > 0 {
		return unexpectedError{fmt.Errorf("%d of what a run needs is missing", missing)}
	}
	fmt.Fprintln(w, "\nmake e2e can run here.")
	return nil
}

func examine(ctx context.Context) []finding {
	return slices.Concat([]finding{
		platform(),
		tool(ctx, "go", "builds etcd, MinIO and the harness: install Go", true, "version"),
		pip(ctx),
		tool(ctx, "curl", "without it the cases of the client curl do not apply", false, "--version"),
		tool(ctx, "openssl", "without it the claims about the pages' certificate recipes do not apply", false, "version"),
		namespaces(),
	}, providerFindings(ctx), []finding{cacheSpace()}, clientFindings())
}

func platform() finding {
	here := runtime.GOOS + "/" + runtime.GOARCH
	f := finding{name: "platform", says: here, ok: here == "linux/amd64", must: true}
	if !f.ok {
		f.says += ": real servers run as processes on Linux x86_64 only"
	}
	return f
}

func tool(ctx context.Context, name, without string, must bool, ask string) finding {
	path, err := exec.LookPath(name)
	if err != nil {
		return finding{name: name, says: without, must: must}
	}
	out, err := exec.CommandContext(ctx, path, ask).Output()
	if err != nil {
		return finding{name: name, says: path + " does not run: " + err.Error(), must: must}
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return finding{name: name, says: line, ok: true, must: must}
}

func pip(ctx context.Context) finding {
	f := finding{name: "pip", must: true}
	says, err := process.Pip(ctx)
	if err != nil {
		f.says = err.Error() + ", or set MILVUS_WHEEL= to a wheel already on disk"
		return f
	}
	f.says, f.ok = says, true
	return f
}

func namespaces() finding {
	kind, err := isolate.Probe()
	if err != nil {
		return finding{name: "isolation", says: string(isolate.None)}
	}
	return finding{name: "isolation", says: string(kind), ok: true}
}

// neededSpace is what the cache holds after a cold run, with room to spare.
const neededSpace = 3 << 30

func cacheSpace() finding {
	f := finding{name: "disk", must: true}
	cache, err := process.UserCache(io.Discard)
	if err != nil {
		f.says = err.Error()
		return f
	}
	dir := cache.Dir
	var at unix.Statfs_t
	for err = unix.Statfs(dir, &at); errors.Is(err, unix.ENOENT) && strings.Contains(dir, "/"); err = unix.Statfs(dir, &at) {
		dir = dir[:strings.LastIndex(dir, "/")] // the cache is made by the first run
		if dir == "" {
			dir = "/"
		}
	}
	if err != nil {
		f.says = fmt.Sprintf("%s: %v", cache.Dir, err)
		return f
	}
	free := at.Bavail * uint64(at.Bsize)
	f.says = fmt.Sprintf("%d GB free for %s", free>>30, cache.Dir)
	if f.ok = free > neededSpace; !f.ok {
		f.says += fmt.Sprintf(": a first run needs %d GB", neededSpace>>30)
	}
	return f
}
