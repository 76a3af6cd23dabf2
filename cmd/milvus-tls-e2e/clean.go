package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"milvus-tls-e2e/harness/deploy/process"
)

func cleanCommand() *cobra.Command {
	var out string
	var cacheToo bool
	cmd := &cobra.Command{
		Use:   "clean",
		Short: "Remove what killed runs left behind, and the results",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			swept, err := process.Sweep()
			for _, dir := range swept {
				fmt.Fprintln(cmd.OutOrStdout(), "removed", dir)
			}
			if err != nil {
				return err
			}
			if err := os.RemoveAll(out); err != nil {
				return err
			}
			if !cacheToo {
				return nil
			}
			cache, err := process.UserCache(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), "removing", cache.Dir)
			return os.RemoveAll(cache.Dir)
		},
	}
	cmd.Flags().StringVar(&out, "out", "out", "folder of results to remove")
	cmd.Flags().BoolVar(&cacheToo, "cache", false, "remove downloaded and built servers too")
	return cmd
}
