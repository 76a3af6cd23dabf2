package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"milvus-tls-e2e/harness/deploy/docker"
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
			if err := cleanEngine(cmd.Context(), cmd.OutOrStdout(), cacheToo); err != nil {
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

// cleanEngine removes what killed runs left in the engine, where one answers.
func cleanEngine(ctx context.Context, say io.Writer, imagesToo bool) error {
	e, err := docker.Open(ctx)
	if err != nil {
		return nil //nolint:nilerr // without an engine there is nothing in it
	}
	defer func() { _ = e.Close() }()
	removed, err := e.Sweep(ctx, process.Lives)
	if imagesToo && err == nil {
		var images []string
		images, err = e.RemoveLocalImages(ctx)
		removed = append(removed, images...)
	}
	for _, what := range removed {
		fmt.Fprintln(say, "removed", what)
	}
	return err
}
