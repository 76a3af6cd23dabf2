package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/manifest"
	"milvus-tls-e2e/harness/milvus"
	"milvus-tls-e2e/suites/topologies"
)

func manifestsCommand() *cobra.Command {
	var topology, out, image, read string
	var secrets []string
	var force bool
	cmd := &cobra.Command{
		Use:   "manifests",
		Short: "Write Compose, Operator and chart files for a topology, or check one of your own",
		Long: "With --topology, write ready-to-use files for a Compose implementation, the Milvus Operator and the\n" +
			"Milvus chart. With --read, print what TLS a manifest of your own configures and what is wrong with it.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case (read == "") == (topology == ""):
				return usageError{errors.New("give either --topology, to write manifests, or --read, to check one")}
			case read != "":
				return checkManifest(cmd.OutOrStdout(), read, secrets)
			}
			return writeManifests(cmd.OutOrStdout(), topology, out, image, force)
		},
	}
	cmd.Flags().StringVar(&topology, "topology", "", "topology to write manifests for")
	cmd.Flags().StringVar(&out, "out", filepath.Join("out", "manifests"), "folder that they are written to")
	cmd.Flags().StringVar(&image, "image", manifest.DefaultImage, "image of Milvus, with its tag")
	cmd.Flags().BoolVar(&force, "force", false, "replace files that are there")
	cmd.Flags().StringVar(&read, "read", "", "manifest to check: an Operator resource, chart values or a Compose file")
	cmd.Flags().StringArrayVar(&secrets, "secret", nil, "a Secret in the cluster, as kubectl prints it with -o yaml; may be given again")
	return cmd
}

func writeManifests(w io.Writer, name, out, image string, force bool) error {
	i := slices.IndexFunc(topologies.All(), func(t harness.Topology) bool { return t.Name == name })
	if i < 0 {
		return usageError{fmt.Errorf("unknown TOPOLOGY=%s: known are %s", name, strings.Join(topologies.Names(), ", "))}
	}
	files, err := manifest.Write(topologies.All()[i], image)
	if err != nil {
		return usageError{err}
	}
	var there []string
	for _, file := range slices.Sorted(maps.Keys(files)) {
		switch _, err := os.Lstat(filepath.Join(out, file)); {
		case err == nil:
			there = append(there, file)
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	if len(there) > 0 && !force {
		return usageError{fmt.Errorf("%s has %s already: choose another OUT=, or replace with FORCE=1", out, strings.Join(there, ", "))}
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		path, did := filepath.Join(out, file), "wrote"
		if slices.Contains(there, file) {
			did = "replaced"
		}
		if err := os.WriteFile(path, files[file], 0o644); err != nil {
			return err
		}
		fmt.Fprintln(w, did, path)
	}
	return nil
}

func checkManifest(w io.Writer, file string, secretFiles []string) error {
	secrets := make([]corev1.Secret, 0, len(secretFiles))
	for _, name := range secretFiles {
		text, err := readSome(name)
		if err != nil {
			return usageError{err}
		}
		secret, err := manifest.ReadSecret(name, text)
		if err != nil {
			return usageError{err}
		}
		secrets = append(secrets, secret)
	}
	text, err := readSome(file)
	if err != nil {
		return usageError{err}
	}
	m, err := manifest.Read(file, text, secrets...)
	if err != nil {
		return usageError{err}
	}
	if err := printManifest(w, m); err != nil {
		return err
	}
	if n := len(m.Findings); n > 0 {
		return unexpectedError{fmt.Errorf("%s: %d finding(s)", file, n)}
	}
	return nil
}

// readSome reads a file, and of one that never ends only more than is taken.
func readSome(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, manifest.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return text, nil
}

// printManifest says what the server is configured with as far as TLS goes,
// where its files come from, and what is wrong.
func printManifest(w io.Writer, m manifest.Manifest) error {
	fmt.Fprintf(w, "%s: %s, image %s\n", m.File, m.Kind, orUnnamed(m.Image))
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	config := m.Effective(m.Release())
	for _, key := range milvus.TLSKeys {
		value, named := milvus.Lookup(config, key.Key)
		if !named {
			continue
		}
		from := ""
		if path, is := value.(string); is && key.Holds == milvus.HoldsPath {
			from = "\t" + m.From(path)
		}
		fmt.Fprintf(table, "  %s\t%v%s\n", key.Key, value, from)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, f := range m.Findings {
		fmt.Fprintln(w, m.Place(f))
	}
	switch {
	case len(m.Findings) > 0:
	case len(config) == 0:
		fmt.Fprintln(w, "  it configures no TLS: the server has what its image ships")
	default:
		fmt.Fprintln(w, "  nothing is wrong with it")
	}
	return nil
}

func orUnnamed(image string) string {
	if image == "" {
		return "not named"
	}
	return image
}
