package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"milvus-tls-e2e/fixtures/versions"

	"github.com/google/go-containerregistry/pkg/crane"
	"github.com/spf13/cobra"
)

func pinCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "pin",
		Short: "Write the digests that the official images' tags lead to into fixtures/versions",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			known, err := versions.All()
			if err != nil {
				return err
			}
			return pin(cmd.Context(), cmd.OutOrStdout(), filepath.Join("fixtures", "versions"), known)
		},
	}
}

// askBound is how long a registry may take to give one digest.
const askBound = 20 * time.Second

// pin asks the registries for every image's digest and writes those that it
// gets into the files of dir. It fails where one was not to be had; nothing is
// changed for such an image.
func pin(ctx context.Context, say io.Writer, dir string, known []versions.Release) error {
	digests := map[string]string{}
	missing := 0
	for _, v := range known {
		path := filepath.Join(dir, v.Version+".yaml")
		old, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("pin: %w (run from the project's folder)", err)
		}
		text := string(old)
		for _, image := range v.Image.All() {
			digest, asked := digests[image.Name]
			if !asked {
				digest, err = digestOf(ctx, image.Name)
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if err != nil {
					fmt.Fprintf(say, "%s: not pinned: %v\n", image.Name, err)
					missing++
				} else {
					fmt.Fprintf(say, "%s: %s\n", image.Name, digest)
				}
				digests[image.Name] = digest
			}
			text = pinned(text, image.Name, digest)
		}
		if text == string(old) {
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return fmt.Errorf("pin: %w", err)
		}
	}
	if missing > 0 {
		return fmt.Errorf("%d images could not be pinned; their entries are as they were", missing)
	}
	return nil
}

func digestOf(ctx context.Context, name string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, askBound)
	defer cancel()
	digest, err := crane.Digest(name, crane.WithContext(ctx))
	if err != nil {
		return "", fmt.Errorf("the registry gave no digest: %s", strings.Join(strings.Fields(err.Error()), " "))
	}
	return digest, nil
}

// pinned returns the text of a version file in which the image of that name has
// the digest; without one it is as it was.
func pinned(text, name, digest string) string {
	if digest == "" {
		return text
	}
	entry := regexp.MustCompile(`(?m)^([ ]+)name: ` + regexp.QuoteMeta(name) + `\n([ ]+digest: \S+\n)?`)
	return entry.ReplaceAllString(text, "${1}name: "+name+"\n${1}digest: "+digest+"\n")
}
