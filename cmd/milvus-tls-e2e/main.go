// Command milvus-tls-e2e holds the harness's commands apart from its suite: it plans a run,
// joins its shards, compares two runs, reports what the machine lacks, and cleans up.
//
// Its exit status is 0 when all is as expected, 1 when it is not, 2 for wrong usage, and 3 when
// nothing could be judged.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/deploy/process/isolate"
)

// The exit statuses.
const (
	statusUnexpected = 1
	statusUsage      = 2
	statusUnjudged   = 3
)

func main() {
	if isolate.HasRole() || len(os.Args) > 1 && inside[os.Args[1]] != nil {
		os.Exit(isolate.Main(os.Getenv("ISOLATION") != "none", func(k isolate.Kind) int { return inside[os.Args[1]](k) }))
	}
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
	defer stop()
	os.Exit(execute(ctx, os.Args[1:]))
}

// inside is what this binary calls itself for in namespaces of its own. These
// are no commands for people.
var inside = map[string]func(isolate.Kind) int{process.IdentifyCommand: process.IdentifyMain, pageCommand: pageMain}

// usageError is the caller's error.
type usageError struct{ error }

// unexpectedError means that a check found something wrong.
type unexpectedError struct{ error }

// statusError carries an exit status when everything has been printed.
type statusError int

func (s statusError) Error() string { return fmt.Sprintf("status %d", int(s)) }

func execute(ctx context.Context, args []string) int {
	root := &cobra.Command{
		Use:           "milvus-tls-e2e",
		Short:         "End-to-end TLS tests for Milvus: every statement of the TLS documentation, checked against real servers",
		SilenceErrors: true, SilenceUsage: true,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(
		planCommand(), matrixCommand(), mergeCommand(), diffCommand(), reportCommand(), formerly("check", inspectCommand()),
		formerly("docs", carryOutCommand()), ledgerCommand(), manifestsCommand(), imagesCommand(), pinCommand(), doctorCommand(), cleanCommand(),
	)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.SetArgs(args)
	called, err := root.ExecuteContextC(ctx)
	status := statusOf(err)
	if ctx.Err() != nil && err != nil {
		fmt.Fprintln(os.Stderr, "milvus-tls-e2e: interrupted")
		return statusUnjudged
	}
	switch {
	case status == 0 || alreadySaid(err):
	case isCobraUsage(err):
		fmt.Fprintf(os.Stderr, "milvus-tls-e2e: %v; usage: %s\n", err, called.UseLine())
	default:
		fmt.Fprintf(os.Stderr, "milvus-tls-e2e: %v\n", err)
	}
	return status
}

// formerly keeps a command's old name for one release, and prints its new one.
func formerly(old string, cmd *cobra.Command) *cobra.Command {
	cmd.Aliases = []string{old}
	cmd.PreRun = func(cmd *cobra.Command, _ []string) {
		if cmd.CalledAs() == old {
			fmt.Fprintf(os.Stderr, "milvus-tls-e2e: %s is now called %s; the old name will be gone in the next release\n", old, cmd.Name())
		}
	}
	return cmd
}

func statusOf(err error) int {
	var usage usageError
	var unexpected unexpectedError
	var told statusError
	var found foundError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &told):
		return int(told)
	case errors.As(err, &found):
		return found.status
	case errors.As(err, &unexpected):
		return statusUnexpected
	case errors.As(err, &usage), isCobraUsage(err):
		return statusUsage
	}
	return statusUnjudged
}

// alreadySaid reports whether an error only carries a status: its text was printed already.
func alreadySaid(err error) bool {
	switch err.(type) { //nolint:errorlint // joined with another error, it is to be printed
	case statusError, foundError:
		return true
	}
	return false
}

// isCobraUsage recognises cobra's own usage errors, which have no type.
func isCobraUsage(err error) bool {
	var text string
	for _, start := range []string{"unknown command", "accepts ", "requires "} {
		text = err.Error()
		if len(text) >= len(start) && text[:len(start)] == start {
			return true
		}
	}
	return false
}
