package main

import (
	"errors"
	"os"

	"github.com/spf13/cobra"

	"milvus-tls-e2e/harness/deploy/docker"
	"milvus-tls-e2e/harness/deploy/providers"
)

func imagesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "images",
		Short: "Make local images of the releases that PyPI has, of etcd and of MinIO, without a registry",
		Long: "Make local images of the releases that PyPI has, of etcd and of MinIO, without a registry.\n\n" +
			"VERSION and MILVUS_WHEEL say which; an image is made again only when what it is made from changed.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := errors.Join(os.Setenv("PROVIDER", docker.Registration.Name), os.Setenv("IMAGES", "local")); err != nil {
				return err
			}
			s, err := readSettings()
			if err != nil {
				return usageError{err}
			}
			chosen, err := s.choose(cmd.Context(), providers.All)
			if err != nil {
				return err
			}
			chosen.request.Log = cmd.ErrOrStderr()
			return docker.MakeImages(cmd.Context(), chosen.request)
		},
	}
}
