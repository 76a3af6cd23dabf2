package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"milvus-tls-e2e/harness/deploy/process"
	"milvus-tls-e2e/harness/deploy/providers"
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
			if err := sweepProviders(cmd.Context(), cmd.OutOrStdout(), cacheToo); err != nil {
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
	cmd.Flags().BoolVar(&cacheToo, "cache", false, "remove downloaded and built servers and local images too")
	return cmd
}

func sweepProviders(ctx context.Context, say io.Writer, cacheToo bool) error {
	for _, p := range providers.All {
		if p.Sweep == nil {
			continue
		}
		removed, err := p.Sweep(ctx, cacheToo)
		for _, what := range removed {
			fmt.Fprintln(say, "removed", what)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
