package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"milvus-tls-e2e/fixtures/versions"
	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/deploy/providers"
	"milvus-tls-e2e/harness/page"
	carryout "milvus-tls-e2e/harness/page/run"
)

// pageCommand is how this binary calls itself to carry a page out in
// namespaces of its own. It is no command for people.
const pageCommand = "carry-out"

// A pageJob is all that running a page needs to know.
type pageJob struct {
	Page     string          `json:"page"`
	Named    string          `json:"named"` // the page as the user named it
	Out      string          `json:"out"`
	Unsafe   bool            `json:"unsafe"`
	Revision string          `json:"revision"`
	Server   harness.Server  `json:"server"`
	Python   carryout.Python `json:"python"`
	OpenSSL  string          `json:"openssl"`
}

func carryOutCommand() *cobra.Command {
	job := pageJob{}
	cmd := &cobra.Command{
		Use:   "page PAGE",
		Short: "Run the code blocks of a copy of the documentation page, as printed, against a real server",
		Long: "Run the code blocks of a copy of the documentation page, as printed and in order, against a real server.\n\n" +
			"The variables VERSION (one release; default: the newest that is known), MILVUS_BIN, MILVUS_LIB,\n" +
			"MILVUS_CONFIGS, MILVUS_WHEEL, STORAGE, PYMILVUS_PYTHON and UNSAFE are explained by `make help`.\n" +
			"The exit status is 1 as soon as one block is refuted: a wrong page has to be corrected, so no failure of it is expected.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			job.Named = args[0]
			if _, err := page.Read(job.Named); err != nil {
				return usageError{err}
			}
			if err := job.prepare(cmd.Context(), cmd); err != nil {
				return err
			}
			return job.carryOut(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&job.Out, "out", "out", "folder that the results are written to")
	cmd.Flags().StringVar(&job.Revision, "revision", "unknown", "the harness's own revision")
	return cmd
}

// prepare finds what the page is carried out with. What needs the network is
// fetched here: inside there is none.
func (j *pageJob) prepare(ctx context.Context, cmd *cobra.Command) error {
	s, err := readSettings()
	if err != nil {
		return usageError{err}
	}
	switch {
	case s.program == nil && os.Getenv("VERSION") == "":
		s.versions = slices.DeleteFunc(s.versions, func(v versions.Release) bool { return !process.HasWheel(v) })
		s.versions = s.versions[len(s.versions)-1:]
	case len(s.versions) > 1:
		return usageError{fmt.Errorf("VERSION=%s names several releases: a page is carried out against one", os.Getenv("VERSION"))}
	}
	if j.Page, err = filepath.Abs(j.Named); err != nil {
		return err
	}
	j.Unsafe = os.Getenv("UNSAFE") == "1"
	cache, err := process.UserCache(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	s.provider = process.Registration.Name // a page's blocks and its server share one world
	chosen, err := s.choose(ctx, providers.All)
	if err != nil {
		return err
	}
	servers, err := chosen.Find(ctx, chosen.request)
	if err != nil {
		return err
	}
	j.Server = servers[0]
	j.Python = findPyMilvus(ctx, cache, j.Server.Line)
	if says, err := exec.CommandContext(ctx, "openssl", "version").Output(); err == nil {
		j.OpenSSL, _, _ = strings.Cut(strings.TrimSpace(string(says)), " (")
	}
	return nil
}

// carryOut does the rest in namespaces.
func (j *pageJob) carryOut(ctx context.Context) error {
	told, err := json.Marshal(j)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, pageCommand, string(told))
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(unix.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		return statusError(exit.ExitCode())
	}
	return err
}

// findPyMilvus returns the interpreter that the page's Python blocks run with: the
// user's, or that of the server's line which scripts/clients.sh has installed.
func findPyMilvus(ctx context.Context, cache process.Cache, line string) carryout.Python {
	path, named := os.Getenv("PYMILVUS_PYTHON"), "PYMILVUS_PYTHON="
	if path == "" {
		suits := harness.ClientVersion{Client: harness.Pymilvus, Release: harness.Pymilvus.Release(line)}
		dir, why := installed(cache, string(suits.Installed()))
		if dir == "" {
			return carryout.Python{Why: why + " (PYMILVUS_PYTHON= names an interpreter that has it)"}
		}
		path, named = filepath.Join(dir, "bin", "python"), ""
	}
	const ask = "import sys, platform, importlib.metadata as m; import pymilvus; " +
		"print('pymilvus', m.version('pymilvus'), 'on Python', platform.python_version()); print(sys.prefix); print(sys.base_prefix)"
	cmd := exec.CommandContext(ctx, path, "-c", ask)
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/nonexistent", "LANG=C.UTF-8"}
	out, err := cmd.Output()
	says := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || len(says) != 3 {
		return carryout.Python{Why: fmt.Sprintf("%s%s cannot import pymilvus: %s", named, path, lastWord(err))}
	}
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	return carryout.Python{Path: path, Says: says[0], Dirs: says[1:]}
}

func lastWord(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if lines := strings.Split(strings.TrimSpace(string(exit.Stderr)), "\n"); lines[len(lines)-1] != "" {
			return lines[len(lines)-1]
		}
	}
	return fmt.Sprint(err)
}
