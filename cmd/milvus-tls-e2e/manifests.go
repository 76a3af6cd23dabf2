package main

import (
	"cmp"
	"context"
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

	"milvus-tls-e2e/harness"
	"milvus-tls-e2e/harness/manifest"
	"milvus-tls-e2e/harness/manifest/render"
	"milvus-tls-e2e/suites/topologies"
)

func manifestsCommand() *cobra.Command {
	var topology, out, image string
	var j manifestJob
	var force bool
	cmd := &cobra.Command{
		Use:   "manifests",
		Short: "Write Compose, Operator and chart files for a topology, or check one of your own",
		Long: "With --topology, write ready-to-use files for a Compose implementation, the Milvus Operator and the\n" +
			"Milvus chart. With --read, print what TLS a manifest of your own configures and what is wrong with it.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case (j.file == "" && j.chart == "") == (topology == ""):
				return usageError{errors.New("give either --topology, to write manifests, or --read or --chart, to check one")}
			case topology == "":
				return j.check(cmd.Context(), cmd.OutOrStdout())
			}
			return writeManifests(cmd.OutOrStdout(), topology, out, image, force)
		},
	}
	cmd.Flags().StringVar(&topology, "topology", "", "topology to write manifests for")
	cmd.Flags().StringVar(&out, "out", filepath.Join("out", "manifests"), "folder that they are written to")
	cmd.Flags().StringVar(&image, "image", manifest.DefaultImage, "image of Milvus, with its tag")
	cmd.Flags().BoolVar(&force, "force", false, "replace files that are there")
	cmd.Flags().StringVar(&j.file, "read", "", "manifest to check: a Compose file, an Operator resource, chart values, what Helm or kubectl print, or milvus.yaml")
	cmd.Flags().StringVar(&j.chart, "chart", "", "chart to render the values with (a folder, an archive, an address, or REPOSITORY/CHART): the pods that come out are judged")
	cmd.Flags().StringVar(&j.version, "chart-version", "", "version of the chart that values are for; without it, what any version reads is taken, and of a repository its newest release")
	cmd.Flags().StringArrayVar(&j.secrets, "secret", nil, "a Secret in the cluster, as kubectl prints it with -o yaml; may be given again")
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

// A manifestJob is a manifest to be checked.
type manifestJob struct {
	file           string // empty where a chart's own values are checked
	chart, version string
	secrets        []string
}

func (j manifestJob) check(ctx context.Context, w io.Writer) error {
	o := manifest.Options{Chart: j.version}
	for _, name := range j.secrets {
		text, err := readSome(name)
		if err != nil {
			return usageError{err}
		}
		secret, err := manifest.ReadSecret(name, text)
		if err != nil {
			return usageError{err}
		}
		o.Secrets = append(o.Secrets, secret)
	}
	servers, err := j.read(ctx, o)
	if err != nil {
		return usageError{err}
	}
	found := 0
	for _, m := range servers {
		if err := printManifest(w, m); err != nil {
			return err
		}
		found += len(m.Findings)
	}
	if found > 0 {
		return unexpectedError{fmt.Errorf("%s: %d finding(s)", cmp.Or(j.file, j.chart), found)}
	}
	return nil
}

// read reads the servers of the file, or of the chart that is rendered with it.
func (j manifestJob) read(ctx context.Context, o manifest.Options) ([]manifest.Manifest, error) {
	var text []byte
	if j.file != "" {
		var err error
		if text, err = readSome(j.file); err != nil {
			return nil, err
		}
	}
	if j.chart == "" {
		return manifest.ReadAll(j.file, text, o)
	}
	chart, err := render.Load(ctx, j.chart, j.version)
	if err != nil {
		return nil, err
	}
	return render.Check(ctx, chart, cmp.Or(j.file, "no values"), text, o)
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

// printManifest prints a server's TLS configuration, the origin of its files, what is wrong, and
// what was not examined.
func printManifest(w io.Writer, m manifest.Manifest) error {
	kind := string(m.Kind)
	if m.Name != "" && m.Name != m.File {
		kind += ", " + m.Name
	}
	fmt.Fprintf(w, "%s: %s, image %s\n", m.File, kind, orUnnamed(m.Image))
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	settings := m.Configured()
	for _, s := range settings {
		from := ""
		if s.From != "" {
			from = "\t" + s.From
		}
		fmt.Fprintf(table, "  %s\t%v%s\n", s.Key, s.Value, from)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, f := range m.Findings {
		fmt.Fprintln(w, m.Place(f))
	}
	for _, what := range m.NotRead {
		fmt.Fprintln(w, "  not examined:", what)
	}
	switch {
	case len(m.Findings) > 0:
	case len(m.NotRead) > 0 && len(settings) == 0:
		fmt.Fprintln(w, "  what was read configures no TLS")
	case len(m.NotRead) > 0:
		fmt.Fprintln(w, "  nothing is wrong with what was read")
	case len(settings) == 0:
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
